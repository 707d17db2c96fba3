import type { Context } from "hono";
import type { BodyData } from "hono/utils/body";

/** Name of the field with the token that binds a form to its session. Every form has this field. */
export const FORM_TOKEN = "form-token";
/**
 * Name of the field with the page that shows the form. If a page answers a sent form, its own forms need this field, because nobody can
 * open the answer's address.
 */
export const FORM_PAGE = "form-page";

/** One field of a form that was refused. The answer shows its text again. */
export interface KeptField {
  readonly name: string;
  readonly text: string;
}

type SentForm = BodyData<{ all: true }>;

/** Maximum size of a refused form whose fields the answer shows again. Without a limit, the answer would be as large as the form. */
export const MOST_KEPT_BYTES = 64 * 1_024;
const MOST_KEPT_FIELDS = 50;

/**
 * Reads the fields of a sent form. Returns no fields if the body is not a form, or if it is larger than `mostBytes`.
 * @param mostBytes @default any size
 */
export async function sentForm({ req }: Context, mostBytes?: number): Promise<SentForm> {
  if (req.method !== "POST") return {};
  const isLarge = mostBytes !== undefined && (await req.raw.clone().arrayBuffer()).byteLength > mostBytes;
  return isLarge ? {} : await req.parseBody({ all: true }).catch(() => ({}));
}

/**
 * Returns the values that a person typed or chose, without files. Returns nothing if the values are too many or too long to be shown again.
 * @param hiddenNames fields that no person typed
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
 * Returns the page that the answer's forms belong to. It is the requested page. But if the answer is to a sent form, it is the page that
 * showed the sent form.
 */
export function pageOfForms({ req }: Context, form: SentForm): string | undefined {
  if (req.method === "POST") return formPage(form);
  const url = new URL(req.url);
  // The parameter `done` announces a change. It is removed, so that the page does not announce the change again.
  url.searchParams.delete("done");
  return `${url.pathname}${url.search}`;
}

export function formPage({ [FORM_PAGE]: page }: SentForm): string | undefined {
  return typeof page === "string" ? page : undefined;
}
