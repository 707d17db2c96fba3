import type { Context } from "hono";
import type { BodyData } from "hono/utils/body";

/** The field of every form that binds it to the session. */
export const FORM_TOKEN = "form-token";
/** The field that names a form's page. A form can be part of the answer to another form, and that address cannot be opened. */
export const FORM_PAGE = "form-page";

/** One field of a form that was not taken. */
export interface KeptField {
  readonly name: string;
  readonly text: string;
}

type SentForm = BodyData<{ all: true }>;

/** The fields that were sent. What is no form has none. */
export async function sentForm({ req }: Context): Promise<SentForm> {
  return req.method === "POST" ? await req.parseBody({ all: true }).catch(() => ({})) : {};
}

/** What somebody typed and chose, each value by itself. Files stay where they are. @param hidden fields that nobody typed */
export function keptFields(sent: SentForm, hidden: readonly string[] = []): readonly KeptField[] {
  return Object.entries(sent)
    .filter(([name]) => ![FORM_TOKEN, FORM_PAGE, ...hidden].includes(name))
    .flatMap(([name, values]) => [values].flat().flatMap((text) => (typeof text === "string" ? { name, text } : [])))
    .filter(({ text }) => text.trim() !== "");
}

/** The page with the forms of an answer: the one asked for or, in answer to a form, the page of that form. */
export function pageOfForms({ req }: Context, sent: SentForm): string | undefined {
  if (req.method === "POST") return formPage(sent);
  const url = new URL(req.url);
  // Coming back to the page must not announce the change again.
  url.searchParams.delete("done");
  return `${url.pathname}${url.search}`;
}

/** The page that had the form. */
export function formPage({ [FORM_PAGE]: page }: SentForm): string | undefined {
  return typeof page === "string" ? page : undefined;
}
