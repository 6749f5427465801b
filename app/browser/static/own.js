// What the parts of the pages have in common: saving a table, a picture or a file.
window.wijklab = {
  LATER: 10000, // milliseconds until what was saved may be forgotten

  // Shapes that ECharts knows by now, with their width per height.
  maps: {},

  // A text as it can stand in HTML and SVG.
  safe(text) {
    const box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  },

  // Lets the visitor keep what is at an address of this page.
  save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  },

  // The same for text or bytes.
  bytes(content, type, name) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    this.save(url, name);
    setTimeout(() => URL.revokeObjectURL(url), this.LATER);
  },

  // A drawing (SVG) as it is, or as PNG with twice its points on white.
  picture(kind, svg, width, height, name) {
    const file = (name || "wijklab") + "." + kind;
    if (kind === "svg") return this.save(svg, file);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * width;
      canvas.height = 2 * height;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      this.save(canvas.toDataURL("image/png"), file);
    };
    image.src = svg;
  },

  // A table as the export command writes it: with commas and points, or as Dutch spreadsheets want it.
  csv(table, locale, name) {
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
    const lines = [table.columns, ...table.rows].map((row) => row.map(cell).join(separator));
    this.bytes("\ufeff" + lines.join("\r\n") + "\r\n", "text/csv;charset=utf-8", (name || "wijklab") + ".csv");
  },
};
