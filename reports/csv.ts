/** CSV (RFC 4180) that no spreadsheet takes for a formula. */

const cell = (value: string | number | undefined): string => {
  if (value === undefined) return ""
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : ""
  // A text that begins like a formula would be computed where it is opened.
  const text = /^[=+\-@\t\r]/.test(value) && !Number.isFinite(Number(value)) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** @param end of a line; a file for others has RFC 4180's, what stands in a page a line feed alone */
export const csvText = (rows: ReadonlyArray<ReadonlyArray<string | number | undefined>>, end = "\n"): string =>
  rows.map((row) => `${row.map(cell).join(",")}${end}`).join("")
