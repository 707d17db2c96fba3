import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { World } from "../../adapters/world";
import { catalogues, type Language } from "../../engine/messages/index";
import { bestLanguage, MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { type LinkFields, SentencePage, type ShownForm } from "./frame";
import { mailAnswerTexts } from "./mail-answer-texts";

// What the pages share that the links of mail open.

/** What the pages reach. */
export interface LinkPagePorts {
  /** Where the console shows a request, if there is one; `{id}` becomes the request's id. */
  readonly consoleUrl: string | undefined;
  now(): Date;
  /** A decision was made, or the link did not let its reader decide. */
  decided(outcome: { readonly outcome: string; readonly verb?: string; readonly reference?: string }): void;
}

/** What a page says where its link answers nothing. */
export type OverTexts = Readonly<Record<Language, Readonly<Record<"overTitle" | "over" | "overElsewhere", string>>>>;

/** What the link of a mail opens: opening it shows a form, and the form alone changes something. */
export interface MailAnswer {
  readonly path: string;
  readonly over: OverTexts;
  /** Undefined where nothing of that is mailed. */
  open(world: Pick<World, "settings" | "tables">): OpenMailAnswer | undefined;
}

export interface OpenMailAnswer {
  show(page: LinkPagePorts, context: Context): Promise<Response>;
  take(page: LinkPagePorts, context: Context): Promise<Response>;
}

/** What one kind of link asks, and what is done with its reader's answer. */
interface LinkedAnswer<Verb extends string> {
  readonly fields: LinkFields;
  readonly texts: Readonly<Record<Language, OverTexts[Language] & { readonly chooseOne: string }>>;
  isVerb(text: string): text is Verb;
  /** What the link shows; undefined for one that answers nothing. */
  page(form: ShownForm, language: Language): Promise<Child | undefined>;
  /** What was done, about which reference, and what the reader reads of it; or why nothing was done. */
  act(
    verb: Verb,
    answer: Pick<ShownForm, "id" | "secret"> & { readonly note?: string },
    language: Language,
  ): Promise<{ readonly why: string } | (Omit<Parameters<typeof SentencePage>[0], "language"> & { readonly reference: string })>;
}

/** The page of a kind of links. */
export function openLink<Verb extends string>(of: (page: LinkPagePorts) => LinkedAnswer<Verb>): OpenMailAnswer {
  async function show(ports: LinkPagePorts, context: Context, form: ShownForm): Promise<Response> {
    const { page, texts } = of(ports);
    const shown = await page(form, readerLanguage(context));
    if (shown === undefined) return await answerOver(ports, context, texts);
    return await answerPage(context, form.problem === undefined ? 200 : 400, shown);
  }
  return {
    show(ports, context) {
      const { id, secret } = of(ports).fields;
      return show(ports, context, { id: context.req.query(id) ?? "", secret: context.req.query(secret) ?? "" });
    },
    async take(ports, context) {
      const { fields, texts, isVerb, act } = of(ports);
      const { verb, ...form } = await answerSent(context, fields);
      const language = readerLanguage(context);
      const note = form.note.trim();
      if (!isVerb(verb)) return await show(ports, context, { ...form, problem: texts[language].chooseOne });
      if (note.length > MAX_TEXT_LENGTH) return await show(ports, context, { ...form, problem: mailAnswerTexts[language].noteTooLong });
      const { id, secret } = form;
      const done = await act(verb, { id, secret, ...(note !== "" && { note }) }, language);
      ports.decided("why" in done ? { outcome: done.why } : { outcome: "done", verb, reference: done.reference });
      if ("why" in done) return await answerOver(ports, context, texts);
      const { reference: _, ...says } = done;
      return await answerPage(context, 200, <SentencePage language={language} {...says} />);
    },
  };
}

/** A note of 1,000 characters, each three bytes that a form spells in nine. */
const MAX_BODY_BYTES = 16 * 1_024;

const languages = catalogues.map(({ language }) => language);

/** What was sent, empty where it is missing; nothing of a form that is larger than ours can be. */
async function answerSent({ req }: Context, fields: LinkFields): Promise<Record<keyof LinkFields, string>> {
  const { byteLength } = await req.raw.clone().arrayBuffer();
  const sent: Readonly<Record<string, unknown>> = byteLength > MAX_BODY_BYTES ? {} : await req.parseBody().catch(() => ({}));
  const textOf = (name: string) => {
    const value = sent[name];
    return typeof value === "string" ? value : "";
  };
  return { id: textOf(fields.id), secret: textOf(fields.secret), note: textOf(fields.note), verb: textOf(fields.verb) };
}

export async function answerPage(context: Context, status: ContentfulStatusCode, page: Child): Promise<Response> {
  return await context.html(html`<!DOCTYPE html>${page}`, status);
}

/** The same for an unknown id, a wrong secret and a link that is over: it says nothing about any of them. */
export function answerOver({ consoleUrl }: Pick<LinkPagePorts, "consoleUrl">, context: Context, texts: OverTexts): Promise<Response> {
  const language = readerLanguage(context);
  const { overTitle, over, overElsewhere } = texts[language];
  // Where the console begins.
  const home = consoleUrl && new URL("/", consoleUrl.replaceAll("{id}", "")).href;
  const page = <SentencePage language={language} title={overTitle} sentences={[over, overElsewhere]} consoleUrl={home} />;
  return answerPage(context, 404, page);
}

/** The reader's first choice among ours. */
export function readerLanguage(context: Context): Language {
  return accepts(context, {
    header: "Accept-Language",
    supports: [...languages],
    default: "en",
    match: (wanted, { default: other }) =>
      bestLanguage(
        wanted.sort((a, b) => b.q - a.q).map(({ type }) => type),
        languages,
      ) ?? other,
  }) as Language;
}
