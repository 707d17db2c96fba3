import type { Role } from "../../console/session/roles";

/** Somebody who uses the console over HTTP, as a browser without scripts does. */
export interface ConsoleVisitor {
  /** A page's HTML. */
  page(path: string): Promise<string>;
  /** Submits the first form of a page that goes to `action`, hidden fields as they are; the page that this leads to. */
  submit(path: string, action: string, fields: Readonly<Record<string, string>>): Promise<string>;
}

const MAX_REDIRECTS = 20;
const MAX_TRIES = 5;

/** Signs in at the local provider. */
export async function signInToConsole(consoleUrl: string, role: Role): Promise<ConsoleVisitor> {
  const cookies = new Map<string, string>();

  /** On a busy machine the console may give up on its provider: it is opened again, as people do. */
  async function opened(): Promise<{ readonly url: string }> {
    for (let tries = 1; tries < MAX_TRIES; tries++) {
      const page = await go(consoleUrl).catch(() => undefined);
      if (page !== undefined) return page;
    }
    return await go(consoleUrl);
  }

  /** Follows redirects, from the console to its provider and back. */
  async function go(url: string, form?: URLSearchParams): Promise<{ readonly url: string; readonly html: string }> {
    let next = { url, form };
    for (let count = 0; count < MAX_REDIRECTS; count++) {
      const headers = { cookie: [...cookies].map((pair) => pair.join("=")).join("; "), origin: new URL(next.url).origin };
      const init = next.form === undefined ? { headers } : { headers, method: "POST", body: next.form };
      const response = await fetch(next.url, { ...init, redirect: "manual" });
      for (const cookie of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (cookie.split(";", 1)[0] ?? "").split(/=(.*)/s);
        cookies.set(name, value);
      }
      const location = response.headers.get("location");
      const html = await response.text();
      if (location === null && !response.ok) throw new Error(`${next.url} answered ${response.status}: ${html}`);
      if (location === null) return { url: next.url, html };
      next = { url: new URL(location, next.url).href, form: undefined };
    }
    throw new Error(`${url} redirects without end.`);
  }

  const { url: picking } = await opened();
  await go(picking, new URLSearchParams({ person: role.toLowerCase() }));
  return {
    page: async (path) => (await go(new URL(path, consoleUrl).href)).html,
    async submit(path, action, fields) {
      const { html } = await go(new URL(path, consoleUrl).href);
      const form = html.split("<form").find((each) => each.includes(`action="${action}"`)) ?? "";
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
      const held = hidden.map(([, name = "", value = ""]): [string, string] => [name, unescaped(value)]);
      return (await go(new URL(action, consoleUrl).href, new URLSearchParams([...held, ...Object.entries(fields)]))).html;
    },
  };
}

function unescaped(html: string): string {
  return html.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
