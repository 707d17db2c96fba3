import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { languageDetector } from "hono/language";
import { secureHeaders } from "hono/secure-headers";
import type { UserFlow } from "../client/flow";
import { accountOf, newJourney, prefilled, visitAfterSignIn, visitBeforeCreateUser, visitBeforeSendingToken } from "../client/sign-up";
import { claimsOf, type StepVisit } from "../client/visit";
import { attributePage } from "./attribute-page";
import { brokenPage, createdPage, stoppedPage, tokenlessPage } from "./end-page";
import { exampleFields, type FormFields, fieldsOf, personOf, type StartFields, startFields, startProblems, typedValues } from "./form";
import { startPage } from "./start-page";
import { type FlowState, flowFor, readState } from "./state";
import { style } from "./style";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

/** Two answers of the size that the client reads, written out in a form. */
const MAX_FORM_BYTES = 16 * 1_024 * 1_024;
/** Another name that leads here is a page from elsewhere (DNS rebinding). */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/**
 * The simulator's pages. They keep nothing: each form carries what came before it.
 * @param flows those that somebody can sign up by, the first by default
 * @param baseStyle the style sheet that the pages' own builds on: colours, fields, buttons
 * @param trouble why answers may be other than expected; undefined for nothing
 */
export function simulatorApp(flows: readonly UserFlow[], baseStyle: string, trouble: () => string | undefined = () => undefined): Hono {
  const app = new Hono();
  app.use(async (c, next) => (ownHost.test(c.req.header("host") ?? "") ? await next() : c.text("Wrong host", 403)));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: "same-origin",
      // Served over http on this machine alone.
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (c) => broken(c as Context) }));
  app.use(
    languageDetector({
      order: ["querystring", "header"],
      supportedLanguages: Object.keys(simulatorTexts),
      fallbackLanguage: "en",
      lookupQueryString: "lang",
      caches: false,
    }),
  );
  app.use(async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });

  const start = (fields: StartFields, problems: readonly string[], language: SimulatorLanguage) =>
    startPage(fields, { flows, problems, trouble: trouble() }, language);

  app.get("/style.css", (c) => c.body(`${baseStyle}${style}`, 200, { "Content-Type": "text/css; charset=utf-8" }));
  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("/", (c) => c.html(start(exampleFields(simulatorTexts[languageOf(c)].locale), [], languageOf(c))));
  app.post("/", async (c) => await withState(c, flows, (state) => c.html(start(fieldsOf(state), [], languageOf(c)))));
  app.post("/sign-in", async (c) => {
    const language = languageOf(c);
    const given = startFields(await fieldsIn(c));
    const flow = flowFor(flows, given.tenant || (flows[0]?.tenant.kind ?? ""), given.gate || undefined);
    if (flow === undefined) return broken(c);
    const problems = startProblems(given, flow.tenant.kind, simulatorTexts[language].start);
    if (problems.length > 0) return c.html(start(given, problems, language), 400);
    const journey = newJourney(personOf(given), flow);
    const first = await visitAfterSignIn(journey);
    const state = { ...journey, visits: first === undefined ? [] : [first] };
    if (first !== undefined && first.page.kind !== "continue") return c.html(stoppedPage(state, first, language));
    return c.html(attributePage(state, prefilled(journey, first), {}, language));
  });
  app.post("/attributes", async (c) => await withState(c, flows, (state, fields) => submitted(c, state, fields)));

  app.notFound((c) => {
    const { notFound, notFoundText } = simulatorTexts[languageOf(c)].broken;
    return c.html(brokenPage(notFound, notFoundText, languageOf(c)), 404);
  });
  app.onError((error, c) => ("getResponse" in error ? error.getResponse() : broken(c)));
  return app;
}

async function submitted(c: Context, given: FlowState, fields: FormFields): Promise<Response> {
  const language = languageOf(c);
  const { values, wrong } = typedValues(fields, given.person.attributes);
  if (wrong.length > 0) {
    const message = `${simulatorTexts[language].attributes.notWhole} ${wrong.join(", ")}`;
    return c.html(attributePage(given, values, { message }, language), 400);
  }
  const second = await visitBeforeCreateUser(given, values);
  const state = withVisit(given, second);
  if (second?.page.kind === "invalid") return c.html(attributePage(state, values, second.page, language));
  if (second !== undefined && second.page.kind !== "continue") return c.html(stoppedPage(state, second, language));
  const account = accountOf(given, values, second);
  const third = await visitBeforeSendingToken(given, account);
  const atEnd = withVisit(state, third);
  if (third === undefined) return c.html(createdPage(atEnd, { account }, language));
  if (third.page.kind !== "continue") return c.html(tokenlessPage(atEnd, third, language));
  return c.html(createdPage(atEnd, { account, tokenClaims: claimsOf(third, given.person.attributes).kept }, language));
}

function withVisit(state: FlowState, visit: StepVisit | undefined): FlowState {
  return visit === undefined ? state : { ...state, visits: [...state.visits, visit] };
}

/** Goes on with what the form carries, or says that it cannot be read. */
async function withState(
  c: Context,
  flows: readonly UserFlow[],
  goOn: (state: FlowState, fields: FormFields) => Response | Promise<Response>,
): Promise<Response> {
  const fields = await fieldsIn(c);
  let state: FlowState;
  try {
    state = readState(fields.get("state") ?? "", flows);
  } catch {
    return broken(c);
  }
  return await goOn(state, fields);
}

function broken(c: Context): Response | Promise<Response> {
  const { heading, text } = simulatorTexts[languageOf(c)].broken;
  return c.html(brokenPage(heading, text, languageOf(c)), 400);
}

async function fieldsIn(c: Context): Promise<FormFields> {
  return new URLSearchParams(await c.req.text());
}

function languageOf(c: Context): SimulatorLanguage {
  return c.get("language") === "ko" ? "ko" : "en";
}
