/**
 * `data-export="…"`: a button that fetches a file's parts, each named by the one before, and saves them as one. What has
 * arrived is kept: it tries again, and goes on where it was cut off.
 */
export const EXPORT_SCRIPT = `
for (const card of document.querySelectorAll("[data-export]")) {
  const [button, status] = [card.querySelector("button"), card.querySelector("[role=status]")];
  const texts = [];
  let next = card.dataset.export;
  let rows = 0;
  const say = (text) => {
    status.textContent = text.replace("{rows}", rows.toLocaleString(document.documentElement.lang));
  };
  const read = async () => {
    const response = await fetch(next, { redirect: "manual" });
    if (!response.ok) throw new Error("no part");
    return [await response.text(), response.headers];
  };
  const readPatiently = async () => {
    for (const wait of [500, 2000]) {
      try {
        return await read();
      } catch {
        say(card.dataset.again);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return await read();
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      while (next !== null) {
        say(card.dataset.soFar);
        const [text, headers] = await readPatiently();
        // One header is enough.
        texts.push(texts.length === 0 || card.dataset.headed !== "true" ? text : text.slice(text.indexOf("\\n") + 1));
        rows += Number(headers.get("X-Gatehouse-Rows"));
        next = headers.get("X-Gatehouse-Next");
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(texts, { type: card.dataset.type }));
      link.download = card.dataset.name;
      link.click();
      say(card.dataset.done);
    } catch {
      say(card.dataset.interrupted);
    }
    button.disabled = false;
  });
  card.hidden = false;
}
`;
