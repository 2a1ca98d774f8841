// A page of HTML that needs no other files.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace program {

/// Text escaped for HTML, also within attributes. Bytes that are not UTF-8 become question marks.
std::string escape(std::string_view text);

/// A paragraph; `html` is used unchanged.
std::string paragraph(const std::string& html);

/// A command line to be copied.
std::string command(const std::string& text);

/// A table that scrolls within the page if it is too wide. Cells are HTML; the first column names the rows.
class Table {
 public:
  /// `kind` is a class of the style sheet.
  explicit Table(const std::vector<std::string>& head, const std::string& kind = "");
  /// A line across the table that names the rows below it.
  void group(const std::string& html);
  /// A row; `kind`, a class of the style sheet, may highlight it.
  void row(const std::vector<std::string>& cells, const std::string& kind = "");
  std::string html() const;

 private:
  std::size_t columns_;
  std::string kind_;
  std::string html_;
};

/// The page, section after section.
class Page {
 public:
  explicit Page(std::string title) : title_(std::move(title)) {}
  /// The text above all sections.
  void lead(const std::string& html) { lead_ += html; }
  /// A section; `id` is the target of its link.
  void section(const std::string& id, const std::string& title, const std::string& html);
  std::string html() const;

 private:
  std::string title_, lead_, links_, sections_;
};

}  // namespace program
