import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { html } from "hono/html";
import { languageDetector } from "hono/language";
import { secureHeaders } from "hono/secure-headers";
import type { UserFlow } from "../client/flow";
import { type Person, readPersonFile } from "../client/person";
import { newJourney, signUpBy } from "../client/sign-up";
import { allPart } from "./all-part";
import type { Bench, Card, Tried } from "./bench";
import { addBenchRoutes, type Pages } from "./bench-routes";
import { type FormFields, fieldsOf, type PersonFields, personFields, personOf, personProblems } from "./form";
import { behindEach, type Html, type Look, simulatorPage, type View } from "./layout";
import { personForm } from "./person-part";
import { runOf } from "./run";
import { runPage } from "./run-page";
import { type FlowState, flowFor, readState } from "./state";
import { style } from "./style";
import { type SimulatorLanguage, simulatorTexts } from "./texts";

/** Two answers of the size that the client reads, written out in a form. */
const MAX_FORM_BYTES = 16 * 1_024 * 1_024;
/** Another name that leads here is a page from elsewhere (DNS rebinding). */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
/** What leads to a page again: at another user flow, in another language. */
const askedNames = ["card", "person", "recorded", "new"] as const;

/** What the pages have in common. */
export interface Surroundings {
  /** Why answers may be other than expected; undefined for nothing. */
  readonly trouble?: (() => string | undefined) | undefined;
  readonly bench?: Bench | undefined;
}

/**
 * The simulator's pages. They keep nothing: each address and each form carries what came before it.
 * @param flows those that somebody can sign up by, the first by default
 */
export function simulatorApp(flows: readonly UserFlow[], look: Look, { trouble = () => undefined, bench }: Surroundings = {}): Hono {
  const app = new Hono();
  app.use(async (c, next) => (ownHost.test(c.req.header("host") ?? "") ? await next() : c.text("Wrong host", 403)));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
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

  const view: Pages["view"] = async (c, { flow = askedFlow(c, flows) ?? flows[0], tab = "run", visits = [] } = {}) => ({
    language: languageOf(c),
    trouble: trouble(),
    behind: await behindEach(visits, bench),
    bench,
    isChanged: (await bench?.isChanged(flow?.gate)) ?? false,
    people: await bench?.people(),
    look,
    flows,
    flow: flow as UserFlow,
    tab,
    asked: Object.fromEntries(askedNames.flatMap((name) => (c.req.query(name) === undefined ? [] : [[name, c.req.query(name) as string]]))),
  });
  const cardsAt = async ({ tenant, gate }: UserFlow): Promise<Tried<readonly Card[]>> =>
    (await bench?.cards(tenant, gate)) ?? { ok: true, value: [] };
  const broken = async (c: Context, status: 400 | 404 = 400) => {
    const here = await view(c);
    const t = simulatorTexts[here.language].broken;
    const [heading, text] = status === 404 ? [t.notFound, t.notFoundText] : [t.heading, t.text];
    const content = html`<div class="card"><h1>${heading}</h1><p>${text}</p><p><a href="/?lang=${here.language}">${t.toStart}</a></p></div>`;
    return c.html(simulatorPage(here, heading, content), status);
  };
  const shown: Pages["shown"] = async (c, state, notice) => {
    const here = await view(c, { flow: state.flow, visits: state.visits });
    return c.html(runPage({ run: runOf(state, here), cards: await cardsAt(state.flow), ...(notice && { notice }) }, here));
  };
  const ran = async (c: Context, person: Person, flow: UserFlow) => {
    const journey = newJourney(person, flow);
    return await shown(c, { ...journey, visits: (await signUpBy(journey)).visits });
  };
  const typing = async (c: Context, flow: UserFlow, make: (here: View, cards: Tried<readonly Card[]>) => Html, status: 200 | 400 = 200) => {
    const [here, cards] = await Promise.all([view(c, { flow }), cardsAt(flow)]);
    return c.html(runPage({ run: undefined, cards, typing: { person: make(here, cards) } }, here), status);
  };
  /** The person that was typed, in a form or an address. */
  const runTyped = async (c: Context, flow: UserFlow, given: FormFields) => {
    const cards = given.has("more") ? undefined : await cardsAt(flow);
    const fields = personFields(given, usualOf(cards, languageOf(c), bench));
    const problems = personProblems(fields, flow.tenant.kind, simulatorTexts[languageOf(c)].person);
    if (problems.length > 0) return await typing(c, flow, (here) => typingPart(fields, problems, here), 400);
    const person = personIn(fields);
    return person === undefined ? await broken(c) : await ran(c, person, flow);
  };
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
  app.get("/style.css", (c) => c.body(`${look.style}${style}`, 200, { "Content-Type": "text/css; charset=utf-8" }));
  app.get("/icon.svg", (c) => c.body(look.mark, 200, { "Content-Type": "image/svg+xml" }));
  app.get("/favicon.ico", (c) => c.body(null, 204));
  /** The person that the query names, and where they sign up. */
  async function namedPerson(
    c: Context,
    flow: UserFlow,
  ): Promise<{ readonly person: Person; readonly at: UserFlow | undefined } | undefined> {
    const { card, person: name, recorded = "" } = c.req.query();
    if (card !== undefined) {
      const cards = await cardsAt(flow);
      const found = cards.ok ? cards.value.find((each) => each.name === card) : undefined;
      return found && { person: found.person, at: flow };
    }
    const found = name === undefined ? await bench?.recorded(recorded) : (await bench?.people())?.people.find((each) => each.name === name);
    return found && { person: found.person, at: c.req.query("tenant") === undefined ? flowFor(flows, found.tenant, found.gate) : flow };
  }

  app.get("/", async (c) => {
    const flow = askedFlow(c, flows);
    if (flow === undefined) return await broken(c, 404);
    const { card, person, recorded, email, new: isNew } = c.req.query();
    if (email !== undefined) return await runTyped(c, flow, new URL(c.req.url).searchParams);
    if ((card ?? person ?? recorded) !== undefined) {
      const named = await namedPerson(c, flow);
      return named?.at === undefined ? await broken(c, 404) : await ran(c, named.person, named.at);
    }
    if (isNew !== undefined) return await typing(c, flow, (here, cards) => newPart(cards, here));
    const here = await view(c, { flow });
    return c.html(runPage({ run: undefined, cards: await cardsAt(flow) }, here));
  });
  app.post("/", async (c) => {
    const flow = askedFlow(c, flows);
    return flow === undefined ? await broken(c) : await runTyped(c, flow, await fieldsIn(c));
  });
  app.post("/all", async (c) => {
    const flow = askedFlow(c, flows);
    if (flow === undefined) return await broken(c);
    const cards = await cardsAt(flow);
    const states: FlowState[] = [];
    // One after the other, as people come: one's code is used up for the next.
    for (const { person } of cards.ok ? cards.value : []) {
      const journey = newJourney(person, flow);
      states.push({ ...journey, visits: (await signUpBy(journey)).visits });
    }
    const here = await view(c, { flow, visits: states.flatMap(({ visits }) => visits) });
    const all = allPart(cards.ok ? cards.value : [], states, here);
    return c.html(runPage({ run: undefined, cards: await cardsAt(flow), all }, here));
  });
  if (bench !== undefined) addBenchRoutes(app, bench, { flows, view, fieldsIn, withState, shown, cardsAt, missing: (c) => broken(c, 404) });

  app.notFound((c) => broken(c, 404));
  app.onError((error, c) => ("getResponse" in error ? error.getResponse() : broken(c)));
  return app;
}

/** The form alone, before anybody signs up. @param problems of what was typed */
function typingPart(fields: PersonFields, problems: readonly string[], view: View): Html {
  const { run: t } = simulatorTexts[view.language];
  return html`<section class="card"><h2>${t.somebodyElse}</h2><p>${t.onlyAddress}</p>${personForm(fields, problems, view)}</section>`;
}

/** The fields of somebody nobody has thought of yet. */
function newPart(cards: Tried<readonly Card[]>, view: View): Html {
  return typingPart({ ...fieldsOf(usualOf(cards, view.language, view.bench)), email: "", claims: {} }, [], view);
}

/** The person who fills in what a form leaves open: one whose form the policy accepts, if there is one. */
function usualOf(cards: Tried<readonly Card[]> | undefined, language: SimulatorLanguage, bench: Bench | undefined): Person {
  const [first] = cards?.ok === true ? cards.value : [];
  if (first !== undefined) return first.person;
  const collects = ["displayName", "givenName", "surname", "city", ...(bench?.customAttributes() ?? [])];
  return readPersonFile({ issuer: "google.com", email: "", locales: simulatorTexts[language].locale, collects });
}

/** The user flow that an address names, the first by default; undefined where there is none of that kind or gate. */
function askedFlow(c: Context, flows: readonly UserFlow[]): UserFlow | undefined {
  const { tenant = flows[0]?.tenant.kind ?? "", gate } = c.req.query();
  return flowFor(flows, tenant, gate || undefined);
}

/** Undefined for what no page of ours wrote. */
function personIn(fields: Parameters<typeof personOf>[0]): Person | undefined {
  try {
    return personOf(fields);
  } catch {
    return undefined;
  }
}

async function fieldsIn(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}

function languageOf(c: Context): SimulatorLanguage {
  return c.get("language") === "ko" ? "ko" : "en";
}
