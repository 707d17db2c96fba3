import { randomUUID } from "node:crypto";
import { type Context, Hono, type Next } from "hono";
import { RENEW_PATH } from "../../adapters/mail/voice";
import { decideByMail, type LinkedRequests, requestOfLink } from "../../engine/approvals/mail-secret";
import { referenceFor } from "../../engine/sign-up/call";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { callingAddress, clientLimit, TOO_MANY } from "../app/client-limit";
import { securityHeaders } from "../app/security-headers";
import { assets } from "../style/assets";
import { answerOver, answerPage, answerSent, type LinkPagePorts, linkedForm, readerLanguage } from "./answering";
import { DECIDE_PATH, DecidePage, decideFields } from "./decide-page";
import { decideTexts } from "./decide-texts";
import { SentencePage, type ShownForm } from "./frame";
import { renewTexts } from "./renew-texts";
import { type RenewPorts, showRenewal, takeRenewal } from "./renewals";

/** What the page reaches. */
export interface DecidePorts extends LinkPagePorts {
  readonly requests: LinkedRequests;
  /** Undefined where sponsors do not answer from mail. */
  readonly renewals?: RenewPorts | undefined;
  /** Whether each caller's address may call only so often. */
  readonly limited: boolean;
  /** Called with each failure. @param reference the code on the page */
  failed(error: unknown, reference: string): void;
}

/**
 * The page that the link of a mail opens. Nothing but its form decides: opening it changes nothing, however often and whoever does it.
 * A link that decides nothing has one page, whatever the reason.
 */
export function decideApp(ports: DecidePorts): Hono {
  const app = new Hono();
  const mayCall = clientLimit();
  app.use(finishAnswer);
  app.onError((error, context) => failDeciding(ports, context, error));
  for (const { path, type, content } of [assets.style, assets.icon]) {
    const headers = { "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable" };
    app.get(path, (context) => context.body(content, 200, headers));
  }
  for (const path of [DECIDE_PATH, RENEW_PATH])
    app.use(path, async (context, next) => {
      const caller = ports.limited ? callingAddress(context) : undefined;
      if (caller !== undefined && !mayCall(caller, ports.now())) return context.text(TOO_MANY, 429, { "Retry-After": "1" });
      await next();
      return undefined;
    });
  app.get(DECIDE_PATH, (context) => showForm(ports, context, linkedForm(context, decideFields)));
  app.post(DECIDE_PATH, (context) => takeDecision(ports, context));
  const { renewals, ...shared } = ports;
  if (renewals !== undefined) {
    app.get(RENEW_PATH, (context) => showRenewal({ ...shared, ...renewals }, context));
    app.post(RENEW_PATH, (context) => takeRenewal({ ...shared, ...renewals }, context));
  }
  app.all(RENEW_PATH, (context) => answerOver(ports, context, renewTexts));
  app.notFound((context) => answerOver(ports, context, decideTexts));
  return app;
}

async function finishAnswer(context: Context, next: Next): Promise<void> {
  await next();
  const headers = { ...securityHeaders({ "form-action": "'self'" }, "no-referrer"), "X-Robots-Tag": "noindex, nofollow, noarchive" };
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
}

async function showForm(ports: DecidePorts, context: Context, form: ShownForm): Promise<Response> {
  const linked = await requestOfLink(ports.requests, form, ports.now());
  if (linked === undefined) return await answerOver(ports, context, decideTexts);
  const page = <DecidePage language={readerLanguage(context)} request={linked.request} holder={linked.kept} form={form} />;
  return await answerPage(context, form.problem === undefined ? 200 : 400, page);
}

async function takeDecision(ports: DecidePorts, context: Context): Promise<Response> {
  const { verb, ...form } = await answerSent(context, decideFields);
  const { id, secret } = form;
  const language = readerLanguage(context);
  const t = decideTexts[language];
  const note = form.note.trim();
  const isVerb = verb === "approve" || verb === "deny";
  if (!isVerb) return await showForm(ports, context, { ...form, problem: t.chooseOne });
  if (note.length > MAX_TEXT_LENGTH) return await showForm(ports, context, { ...form, problem: t.noteTooLong });
  const result = await decideByMail(ports.requests, verb, { id, secret, ...(note !== "" && { note }) }, ports.now());
  if (result === undefined || !result.ok) {
    ports.decided({ outcome: result?.why ?? "unknown" });
    return await answerOver(ports, context, decideTexts);
  }
  ports.decided({ outcome: "done", verb, reference: result.request.reference });
  const consoleUrl = ports.consoleUrl?.replaceAll("{id}", encodeURIComponent(id));
  const title = verb === "approve" ? t.approved : t.denied;
  const sentence = result.request.state === "pending" ? t.othersToo : t.takeBack;
  return await answerPage(context, 200, <SentencePage language={language} title={title} sentences={[sentence]} consoleUrl={consoleUrl} />);
}

function failDeciding(ports: DecidePorts, context: Context, error: unknown): Promise<Response> {
  const reference = referenceFor(randomUUID());
  ports.failed(error, reference);
  const language = readerLanguage(context);
  const t = decideTexts[language];
  return answerPage(context, 500, <SentencePage language={language} title={t.failedTitle} sentences={[t.failed(reference)]} />);
}
