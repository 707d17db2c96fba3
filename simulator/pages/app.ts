import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { languageDetector } from "hono/language";
import { secureHeaders } from "hono/secure-headers";
import type { UserFlow } from "../client/flow";
import type { Person } from "../client/person";
import { accountOf, newJourney, prefilled, visitAfterSignIn, visitBeforeCreateUser, visitBeforeSendingToken } from "../client/sign-up";
import { claimsOf, type StepVisit } from "../client/visit";
import type { Values } from "../contract/attributes";
import { attributePage } from "./attribute-page";
import type { Bench } from "./bench";
import { addBenchRoutes, type Pages } from "./bench-routes";
import { brokenPage, createdPage, stoppedPage, tokenlessPage } from "./end-page";
import { exampleFields, fieldsOf, personOf, type StartFields, startFields, startProblems, typedValues } from "./form";
import { behindEach, type View } from "./layout";
import { startPage } from "./start-page";
import { type FlowState, flowFor, readState } from "./state";
import { style } from "./style";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

/** Two answers of the size that the client reads, written out in a form. */
const MAX_FORM_BYTES = 16 * 1_024 * 1_024;
/** Another name that leads here is a page from elsewhere (DNS rebinding). */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** What the pages have in common. */
export interface Surroundings {
  /** Why answers may be other than expected; undefined for nothing. */
  readonly trouble?: (() => string | undefined) | undefined;
  readonly bench?: Bench | undefined;
}

/**
 * The simulator's pages. They keep nothing: each form carries what came before it.
 * @param flows those that somebody can sign up by, the first by default
 * @param baseStyle the style sheet that the pages' own builds on: colours, fields, buttons
 */
export function simulatorApp(flows: readonly UserFlow[], baseStyle: string, { trouble = () => undefined, bench }: Surroundings = {}): Hono {
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

  const view = async (c: Context, visits: readonly StepVisit[] = []): Promise<View> => ({
    language: languageOf(c),
    trouble: trouble(),
    behind: await behindEach(visits, bench),
    bench,
  });
  const start = async (c: Context, fields: StartFields, problems: readonly string[] = []) =>
    c.html(startPage(fields, { flows, problems, people: await bench?.people() }, await view(c)), problems.length === 0 ? 200 : 400);
  const broken = async (c: Context, status: 400 | 404 = 400) => c.html(brokenPage(status, await view(c)), status);
  const withState: Pages["withState"] = async (c, fields, goOn) => {
    let state: FlowState;
    try {
      state = readState(fields.get("state") ?? "", flows);
    } catch {
      return await broken(c);
    }
    return await goOn(state);
  };

  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (c) => broken(c as Context) }));
  app.get("/style.css", (c) => c.body(`${baseStyle}${style}`, 200, { "Content-Type": "text/css; charset=utf-8" }));
  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("/", async (c) => {
    const [name, reference] = [c.req.query("person"), c.req.query("recorded")];
    if (name === undefined && reference === undefined) {
      return await start(c, exampleFields(simulatorTexts[languageOf(c)].locale, bench?.customAttributes() ?? []));
    }
    const found =
      name === undefined ? await bench?.recorded(reference ?? "") : (await bench?.people())?.people.find((each) => each.name === name);
    const flow = found && flowFor(flows, found.tenant, found.gate);
    return found === undefined || flow === undefined ? await broken(c, 404) : await start(c, fieldsOf({ person: found.person, flow }));
  });
  app.post("/", async (c) => await withState(c, await fieldsIn(c), async (state) => await start(c, fieldsOf(state))));
  app.post("/sign-in", async (c) => {
    const given = startFields(await fieldsIn(c));
    const flow = flowFor(flows, given.tenant || (flows[0]?.tenant.kind ?? ""), given.gate || undefined);
    if (flow === undefined) return await broken(c);
    const problems = startProblems(given, flow.tenant.kind, simulatorTexts[languageOf(c)].start);
    if (problems.length > 0) return await start(c, given, problems);
    const person = personIn(given);
    if (person === undefined) return await broken(c);
    const journey = newJourney(person, flow);
    const first = await visitAfterSignIn(journey);
    const state = { ...journey, visits: first === undefined ? [] : [first] };
    const seen = await view(c, state.visits);
    if (first !== undefined && first.page.kind !== "continue") return c.html(stoppedPage(state, first, seen));
    return c.html(attributePage(state, { ...prefilled(journey, first), ...person.form }, {}, seen));
  });
  app.post("/attributes", async (c) => {
    const fields = await fieldsIn(c);
    return await withState(c, fields, async (given) => {
      const { values, wrong } = typedValues(fields, given.person.collects);
      if (wrong.length === 0) return await submitted(c, given, values, (visits) => view(c, visits));
      const message = `${simulatorTexts[languageOf(c)].attributes.notWhole} ${wrong.join(", ")}`;
      return c.html(attributePage(given, values, { message }, await view(c, given.visits)), 400);
    });
  });
  if (bench !== undefined) addBenchRoutes(app, bench, { flows, view, fieldsIn, withState, missing: (c) => broken(c, 404) });

  app.notFound((c) => broken(c, 404));
  app.onError((error, c) => ("getResponse" in error ? error.getResponse() : broken(c)));
  return app;
}

/** What the two last steps make of a form that was filled in. */
async function submitted(
  c: Context,
  given: FlowState,
  values: Values,
  viewOf: (visits: readonly StepVisit[]) => Promise<View>,
): Promise<Response> {
  const second = await visitBeforeCreateUser(given, values);
  const state = withVisit({ ...given, person: typing(given, values) }, second);
  const isOver = second !== undefined && second.page.kind !== "continue";
  const account = accountOf(given, values, second);
  const third = isOver ? undefined : await visitBeforeSendingToken(given, account);
  const atEnd = withVisit(state, third);
  const view = await viewOf(atEnd.visits);
  if (second?.page.kind === "invalid") return c.html(attributePage(state, values, second.page, view));
  if (isOver) return c.html(stoppedPage(state, second, view));
  if (third === undefined) return c.html(createdPage(atEnd, { account }, view));
  if (third.page.kind !== "continue") return c.html(tokenlessPage(atEnd, third, view));
  return c.html(createdPage(atEnd, { account, tokenClaims: claimsOf(third, given.person.collects).kept }, view));
}

/** The person with what they typed over the prefilled form, so that they type it again. */
function typing(given: FlowState, values: Values): Person {
  const first = given.visits.find(({ step }) => step === "after-sign-in");
  const shown = prefilled(given, first);
  const form = Object.entries(values).filter(([name, value]) => value !== (shown[name] ?? (typeof value === "boolean" ? false : "")));
  return { ...given.person, form: Object.fromEntries(form) };
}

/** Undefined for what no page of ours wrote. */
function personIn(fields: StartFields): Person | undefined {
  try {
    return personOf(fields);
  } catch {
    return undefined;
  }
}

function withVisit(state: FlowState, visit: StepVisit | undefined): FlowState {
  return visit === undefined ? state : { ...state, visits: [...state.visits, visit] };
}

async function fieldsIn(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}

function languageOf(c: Context): SimulatorLanguage {
  return c.get("language") === "ko" ? "ko" : "en";
}
