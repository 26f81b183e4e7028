/** CSV (RFC 4180) that no spreadsheet takes for a formula. */

const cell = (value: string | number | undefined): string => {
  if (value === undefined) return ""
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : ""
  // A text that begins like a formula would be computed where it is opened.
  const text = /^[=+\-@\t]/.test(value) && !Number.isFinite(Number(value)) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvText = (rows: ReadonlyArray<ReadonlyArray<string | number | undefined>>): string =>
  rows.map((row) => `${row.map(cell).join(",")}\n`).join("")
