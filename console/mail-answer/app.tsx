import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { World } from "../../adapters/world";
import { catalogues } from "../../engine/messages/index";
import { referenceFor } from "../../engine/sign-up/call";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { mailAnswers } from "../../features/lists/mail-answers";
import { callingAddress, limitCalls, secure } from "../app/protection";
import { sentForm } from "../app/sent-form";
import { addAssets, assets } from "../style/style";
import { chooseLanguage } from "../texts/languages";
import {
  type MailAnswer,
  NOTE_FIELD,
  type OpenMailAnswer,
  QuestionPage,
  REPLY_FIELD,
  type Reader,
  SECRET_FIELD,
  SentencePage,
  type ShownForm,
  VERB_FIELD,
} from "./frame";
import { mailAnswerTexts } from "./mail-answer-texts";

export interface MailAnswerPorts extends Pick<Reader, "consoleUrl"> {
  readonly world: Pick<World, "settings" | "tables">;
  /** True if the number of calls from each address is limited. */
  readonly limited: boolean;
  now(): Date;
  decided(outcome: { readonly outcome: string; readonly verb?: string; readonly reference?: string }): void;
  /** @param reference the code on the page */
  failed(error: unknown, reference: string): void;
}

const answers: readonly MailAnswer[] = mailAnswers;

/** Opening a page changes nothing: only its form decides. If a link has no open question, the page is the same whatever the reason. */
export function mailAnswerApp(ports: MailAnswerPorts): Hono {
  const app = new Hono();
  const limit = limitCalls(ports.now, (context) => (ports.limited ? callingAddress(context) : undefined));
  app.use(async (context, next) => {
    await next();
    secure(context, { "form-action": "'self'" }, "no-referrer");
    context.res.headers.set("X-Robots-Tag", "noindex, nofollow, noarchive");
  });
  app.onError((error, context) => showFailure(ports, context, error));
  addAssets(app, [assets.style, assets.icon]);
  for (const answer of answers) {
    app.use(answer.path, limit);
    const openAnswer = answer.open(ports.world);
    if (openAnswer !== undefined) {
      const readQuery = ({ req }: Context) => ({ id: req.query(answer.parameter) ?? "", secret: req.query(SECRET_FIELD) ?? "" });
      app.get(answer.path, (context) => show(ports, context, answer, openAnswer, readQuery(context)));
      app.post(answer.path, (context) => take(ports, context, answer, openAnswer));
    }
    app.all(answer.path, (context) => answerOver(ports, context));
  }
  app.notFound((context) => answerOver(ports, context));
  return app;
}

async function show(
  ports: MailAnswerPorts,
  context: Context,
  of: MailAnswer,
  openAnswer: OpenMailAnswer,
  form: ShownForm,
  status: ContentfulStatusCode = form.problem === undefined ? 200 : 400,
): Promise<Response> {
  const reader = createReader(ports, context);
  const question = await openAnswer.asked(form, reader);
  if (question === undefined) return await answerOver(ports, context);
  const page = <QuestionPage of={of} language={reader.language} form={form} question={question} />;
  return await answerPage(context, status, page);
}

async function take(ports: MailAnswerPorts, context: Context, answer: MailAnswer, openAnswer: OpenMailAnswer): Promise<Response> {
  const { parameter, verbs } = answer;
  const readField = await readFields(context);
  const [id, secret, verb] = [readField(parameter), readField(SECRET_FIELD), verbs.find((each) => each === readField(VERB_FIELD))];
  const reader = createReader(ports, context);
  // Browsers count a line end as one character, and send two.
  const readText = (field: string) => readField(field).replaceAll("\r\n", "\n").trim();
  const [note, reply] = [readText(NOTE_FIELD), readText(REPLY_FIELD)];
  const typed = { id, secret, note: readField(NOTE_FIELD), reply: readField(REPLY_FIELD) };
  const t = mailAnswerTexts[reader.language];
  if (verb === undefined || Math.max(note.length, reply.length) > MAX_TEXT_LENGTH)
    return await show(ports, context, answer, openAnswer, { ...typed, problem: t.notTaken });
  const result = await openAnswer.act(verb, { id, secret, note: note || undefined, reply: reply || undefined }, reader);
  ports.decided("why" in result ? { outcome: result.why } : { outcome: "done", verb, reference: result.reference });
  if ("why" in result) {
    if (!result.isAskedAgain) return await answerOver(ports, context);
    return await show(ports, context, answer, openAnswer, typed, 409);
  }
  const { reference: _, sentences, ...says } = result;
  return await answerPage(context, 200, <SentencePage language={reader.language} {...says} sentences={[...sentences, t.recorded]} />);
}

/** Limit of a form. A note and a reply have at most 1,000 characters of up to three bytes each, and a form encodes each of these bytes in three. */
const MAX_BODY_BYTES = 24 * 1_024;

/** A missing field is empty. All fields are empty if the form is larger than our forms can be. */
async function readFields(context: Context): Promise<(name: string) => string> {
  const form = await sentForm(context, MAX_BODY_BYTES);
  return (name) => {
    const value = form[name];
    return typeof value === "string" ? value : "";
  };
}

async function answerPage(context: Context, status: ContentfulStatusCode, page: Child): Promise<Response> {
  return await context.html(html`<!DOCTYPE html>${page}`, status);
}

/** Gives the same answer to an unknown id, a wrong secret and an expired link. Therefore nobody learns which of the three it was. */
function answerOver(ports: MailAnswerPorts, context: Context): Promise<Response> {
  const { language, consoleUrl } = createReader(ports, context);
  const { overTitle, over, overElsewhere } = mailAnswerTexts[language];
  const home = consoleUrl && new URL("/", consoleUrl.replaceAll("{id}", "")).href;
  const page = <SentencePage language={language} title={overTitle} sentences={[over, overElsewhere]} consoleUrl={home} />;
  return answerPage(context, 404, page);
}

function showFailure(ports: MailAnswerPorts, context: Context, error: unknown): Promise<Response> {
  const reference = referenceFor(randomUUID());
  ports.failed(error, reference);
  const { language } = createReader(ports, context);
  const t = mailAnswerTexts[language];
  return answerPage(context, 500, <SentencePage language={language} title={t.failedTitle} sentences={[t.failed(reference)]} />);
}

const languages = catalogues.map(({ language }) => language);

function createReader({ now, consoleUrl }: MailAnswerPorts, context: Context): Reader {
  return { language: chooseLanguage(context, languages), now: now(), consoleUrl };
}
