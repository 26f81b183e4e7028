/** What a report's page does with scripts on: sorts tables by a head, changes the theme, saves data, opens what is folded to print it. */
export const PAGE_SCRIPT = `
const root = document.documentElement
const toggle = document.createElement("button")
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches
const say = () => { toggle.textContent = dark() ? "light" : "dark"; toggle.setAttribute("aria-label", "Use the " + toggle.textContent + " theme") }
toggle.type = "button"
toggle.onclick = () => { root.dataset.theme = dark() ? "light" : "dark"; say() }
say()
document.querySelector(".eyebrow").append(toggle)
for (const table of document.querySelectorAll("table.sortable")) {
  for (const [j, th] of [...table.tHead.rows[0].cells].entries()) {
    if (th.textContent.trim() === "") continue
    const button = document.createElement("button")
    button.type = "button"
    button.append(...th.childNodes)
    th.append(button)
    button.onclick = () => {
      const up = th.getAttribute("aria-sort") !== "ascending"
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort")
      th.setAttribute("aria-sort", up ? "ascending" : "descending")
      const groups = []
      for (const row of table.tBodies[0].rows) row.className === "note" && groups.length ? groups.at(-1).push(row) : groups.push([row])
      const key = (group) => { const cell = group[0].cells[j]; return cell?.dataset.sort !== undefined ? Number(cell.dataset.sort) : cell?.textContent.trim() ?? "" }
      groups.sort((a, b) => { const [x, y] = [key(a), key(b)]; const c = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true }); return up ? c : -c })
      table.tBodies[0].append(...groups.flat())
    }
  }
}
for (const pre of document.querySelectorAll("pre[data-name]")) {
  const save = document.createElement("a")
  save.href = "#"
  save.textContent = "Save " + pre.dataset.name
  save.onclick = () => { save.href = URL.createObjectURL(new Blob([pre.textContent], { type: "text/csv" })); save.download = pre.dataset.name }
  pre.before(save)
}
addEventListener("beforeprint", () => { for (const fold of document.querySelectorAll("details:not(.data):not([open])")) { fold.open = true; fold.dataset.folded = "" } })
addEventListener("afterprint", () => { for (const fold of document.querySelectorAll("details[data-folded]")) { fold.open = false; delete fold.dataset.folded } })
`
