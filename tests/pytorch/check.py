# check.py PAGE PROGRAM: runs the Python code of a documentation page and compares its encoders with the library's:
# PROGRAM writes encoders that are read here, and reads those that are written here.
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import torch

page, program = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
code = "\n".join(re.findall(r"```python\n(.*?)```", page.read_text(), re.S))
failed = False


def check(name, found, expected):
    global failed
    scale = max(1e-3, float(expected.abs().max()))
    apart = float((found - expected).abs().max()) / scale if found.shape == expected.shape else float("inf")
    print(f"{name}: {apart:.1e} apart, of the largest number")
    failed |= not apart < 2e-5 or bool((expected == expected[:1]).all())  # or all images alike


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    subprocess.run([program, "write"], check=True)
    exec(code)
    assert codes.shape == encoder(images).shape and pathlib.Path("tuned.safetensors").exists()
    torch.manual_seed(1)
    for path in sorted(pathlib.Path().glob("*-codes.safetensors")):
        name = path.name.removesuffix("-codes.safetensors")
        expected, _ = read_safetensors(path)
        encoder = Encoder(f"{name}.safetensors").eval()
        images = expected.pop("images")
        with torch.no_grad():
            for what, codes in expected.items():
                check(f"{name} {what}", encoder(images, what), codes)

        # Back with other weights, from a training step, and in the form in which PyTorch saves them.
        encoder.train()
        loss = encoder(images).square().sum()
        loss.backward()
        with torch.no_grad():
            for parameter in encoder.parameters():
                if parameter.grad is not None:
                    parameter -= 0.01 * parameter.grad / (1 + parameter.grad.norm())
            encoder.eval()
            for type, prefix in (("F32", ""), ("F64", "module."), ("F16", ""), ("BF16", "module.")):
                state = {key: array.to(TYPES[type]) if array.is_floating_point() else array
                         for key, array in encoder.state_dict().items()}
                rounded = Encoder(f"{name}.safetensors").eval()
                rounded.load_state_dict({key: array.to(torch.float32) if array.is_floating_point() else array
                                         for key, array in state.items()})
                write_safetensors(f"{name}-{type}-back.safetensors",
                                  {prefix + key: array for key, array in state.items()},
                                  {"description": json.dumps(encoder.description)})
                write_safetensors(f"{name}-{type}-expected.safetensors",
                                  {"images": images, "code": rounded(images)})
                subprocess.run([program, "read", f"{name}-{type}-back.safetensors", f"{name}-{type}.found"], check=True)
                found, _ = read_safetensors(f"{name}-{type}.found")
                check(f"{name} back as {type}", found["code"], rounded(images))
sys.exit(failed)
