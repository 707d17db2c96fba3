import type { Context } from "hono";
import type { BodyData } from "hono/utils/body";

/** Every form has this field, which binds the form to its session. */
export const FORM_TOKEN = "form-token";
/**
 * The field with the address of the form's page. If a page answers a sent form, its own forms need this field, because nobody can open the
 * answer's address.
 */
export const FORM_PAGE = "form-page";

export interface KeptField {
  readonly name: string;
  readonly text: string;
}

type SentForm = BodyData<{ all: true }>;

/** Without this limit, an answer would be as large as the refused form that it shows again. */
export const MOST_KEPT_BYTES = 64 * 1_024;
const MOST_KEPT_FIELDS = 50;

/** Returns no fields if the body is not a form, or if it is larger than `mostBytes`. @param mostBytes @default any size */
export async function sentForm({ req }: Context, mostBytes?: number): Promise<SentForm> {
  if (req.method !== "POST") return {};
  const isLarge = mostBytes !== undefined && (await req.raw.clone().arrayBuffer()).byteLength > mostBytes;
  return isLarge ? {} : await req.parseBody({ all: true }).catch(() => ({}));
}

/**
 * Returns the typed fields, without files. Empty if the values are too many or too long to be shown again.
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

/** Returns the requested page or, for an answer to a sent form, the page that showed that form. */
export function pageOfForms({ req }: Context, form: SentForm): string | undefined {
  if (req.method === "POST") return formPage(form);
  const url = new URL(req.url);
  // Without `done`, the page does not announce a change again.
  url.searchParams.delete("done");
  return `${url.pathname}${url.search}`;
}

export function formPage({ [FORM_PAGE]: page }: SentForm): string | undefined {
  return typeof page === "string" ? page : undefined;
}
