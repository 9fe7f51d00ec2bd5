"use strict";
/* Sorts a table by the button in each heading; empty cells stay last. */
const keyOf = (row, column) => {
  const cell = row.cells[column];
  const value = cell.dataset.value ?? cell.textContent.trim();
  return value === "" ? null : value;
};

const compared = (left, right) => {
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return String(left).localeCompare(String(right), "en", { numeric: true });
};

const sortBy = (table, heading) => {
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const keyed = [...table.tBodies[0].rows].map((row) => ({ row, key: keyOf(row, heading.cellIndex) }));
  keyed.sort((left, right) => {
    if (left.key === null || right.key === null) return (left.key === null) - (right.key === null);
    return descending ? compared(right.key, left.key) : compared(left.key, right.key);
  });
  table.tBodies[0].append(...keyed.map(({ row }) => row));
};

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sortBy(table, heading));
  }
}
