// Takes a finding's reader to its line of the file.
const file = document.getElementById("file");
document.getElementById("findings").addEventListener("click", event => {
  const line = Number(event.target.dataset.line);
  if (!line) return;
  const lines = file.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  file.focus();
  file.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  file.scrollTop = (line - 5) * parseFloat(getComputedStyle(file).lineHeight);
});
document.getElementById("main").dataset.ready = "true";
