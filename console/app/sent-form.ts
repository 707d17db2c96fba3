import type { Context } from "hono";
import type { BodyData } from "hono/utils/body";

/** The field that binds a form to the session. Every form has this field. */
export const FORM_TOKEN = "form-token";
/**
 * The field that names the page that a form is on. If a form is part of the answer to another form, the address of that answer cannot be
 * opened.
 */
export const FORM_PAGE = "form-page";

/** One field of a form that was refused. */
export interface KeptField {
  readonly name: string;
  readonly text: string;
}

type SentForm = BodyData<{ all: true }>;

/** The largest form whose fields are handed back. The answer would be as large as the form. */
export const MOST_KEPT_BYTES = 64 * 1_024;
const MOST_KEPT_FIELDS = 50;

/** Reads the sent fields. Returns no fields if the body is not a form, or is larger than `mostBytes`. @param mostBytes @default any size */
export async function sentForm({ req }: Context, mostBytes?: number): Promise<SentForm> {
  if (req.method !== "POST") return {};
  const isLarge = mostBytes !== undefined && (await req.raw.clone().arrayBuffer()).byteLength > mostBytes;
  return isLarge ? {} : await req.parseBody({ all: true }).catch(() => ({}));
}

/**
 * Returns the typed and chosen values, unless they are too long to be shown. Files are not included. @param hiddenNames fields that were
 * not typed
 */
export function keptFields(form: SentForm, hiddenNames: readonly string[] = []): readonly KeptField[] {
  const unseen = new Set([FORM_TOKEN, FORM_PAGE, ...hiddenNames]);
  const fields = Object.entries(form)
    .filter(([name]) => !unseen.has(name))
    .flatMap(([name, values]) => [values].flat().flatMap((text) => (typeof text === "string" ? { name, text } : [])))
    .filter(({ text }) => text.trim() !== "");
  const length = fields.reduce((sum, { text }) => sum + text.length, 0);
  return fields.length > MOST_KEPT_FIELDS || length > MOST_KEPT_BYTES ? [] : fields;
}

/**
 * Returns the page to which the forms of an answer belong. It is the requested page or, if the answer is to a form, the page that the sent
 * form was on.
 */
export function pageOfForms({ req }: Context, form: SentForm): string | undefined {
  if (req.method === "POST") return formPage(form);
  const url = new URL(req.url);
  // When the page is opened again, it must not announce the change again.
  url.searchParams.delete("done");
  return `${url.pathname}${url.search}`;
}

export function formPage({ [FORM_PAGE]: page }: SentForm): string | undefined {
  return typeof page === "string" ? page : undefined;
}
