// `data-export="…"`: a button that fetches a file's parts, each named by the one before, and saves them as one. What has
// arrived is kept: it tries again, and goes on where it was cut off.

const WAITS_MS = [500, 2000];

function exportBy(card: HTMLElement, button: HTMLButtonElement, status: Element): void {
  const { dataset } = card;
  const texts: string[] = [];
  let next: string | null = dataset.export ?? "";
  let rows = 0;
  const say = (text = "") => {
    status.textContent = text.replace("{rows}", rows.toLocaleString(document.documentElement.lang));
  };
  const read = async (address: string): Promise<[string, Headers]> => {
    const response = await fetch(address, { redirect: "manual" });
    if (!response.ok) throw new Error("no part");
    return [await response.text(), response.headers];
  };
  const readPatiently = async (address: string) => {
    for (const wait of WAITS_MS) {
      try {
        return await read(address);
      } catch {
        say(dataset.again);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return await read(address);
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      while (next !== null) {
        say(dataset.soFar);
        const [text, headers] = await readPatiently(next);
        // One header is enough.
        texts.push(texts.length === 0 || dataset.headed !== "true" ? text : text.slice(text.indexOf("\n") + 1));
        rows += Number(headers.get("X-Gatehouse-Rows"));
        next = headers.get("X-Gatehouse-Next");
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(texts, { type: dataset.type }));
      link.download = dataset.name ?? "";
      link.click();
      say(dataset.done);
    } catch {
      say(dataset.interrupted);
    }
    button.disabled = false;
  });
  card.hidden = false;
}

export function offerExports(): void {
  for (const card of document.querySelectorAll<HTMLElement>("[data-export]")) {
    const [button, status] = [card.querySelector("button"), card.querySelector("[role=status]")];
    if (button !== null && status !== null) exportBy(card, button, status);
  }
}
