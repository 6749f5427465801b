// Tables as CSV files, as the export command writes them: with commas and points, or as Dutch spreadsheets want them.
window.wijklab_csv = function (columns, rows, locale, name) {
  const dutch = locale === "nl-NL";
  const separator = dutch ? ";" : ",";
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return dutch ? String(value).replace(".", ",") : String(value);
    let text = String(value);
    // a text that a spreadsheet would take for a formula
    if (/^[=+\-@\t\r]/.test(text) && !/^[+\-\u2212]?[\d.,]+\s*%?$/.test(text)) text = "'" + text;
    return /["\n\r;,]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  const lines = [columns, ...rows].map((row) => row.map(cell).join(separator));
  const blob = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name + ".csv";
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};
