import { timingSafeEqual } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { UserFlow } from "../client/flow";
import { describePerson, readPersonFile } from "../client/person";
import { writeAttribute } from "../contract/attributes";
import type { Bench, CaseSaved } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { comparePage } from "./compare-page";
import type { FormFields } from "./form";
import { type Html, simulatorPage, type View, visibleText } from "./layout";
import { previewDefaults, previewPage, recordedCaseForm, recordedCasePage } from "./preview-page";
import { type FlowState, gateNames } from "./state";
import { besidePart } from "./tools-part";

/** What the routes below share with those of the sign-up. */
export interface Pages {
  readonly flows: readonly UserFlow[];
  view(c: Context, visits?: FlowState["visits"]): Promise<View>;
  fieldsIn(c: Context): Promise<FormFields>;
  /** Goes on with what the form carries, or says that it cannot be read. */
  withState(c: Context, fields: FormFields, goOn: (state: FlowState) => Promise<Response>): Promise<Response>;
  /** There is no such page. */
  missing(c: Context): Promise<Response>;
}

/** The pages that keep, compare and replay. Whatever writes a file or runs one takes a form of this instance alone. */
export function addBenchRoutes(app: Hono, bench: Bench, pages: Pages): void {
  const withToken = async (c: Context, fields: FormFields, goOn: () => Promise<Response>): Promise<Response> => {
    if (isToken(fields.get("token") ?? "", bench.token)) return await goOn();
    const view = await pages.view(c);
    const { token: t } = benchTexts[view.language];
    return c.html(notDonePage(t.heading, html`<p>${t.text}</p>`, view), 403);
  };
  /** With what went before it at its side, so that it can be done again, or otherwise. */
  const withVisits = async (c: Context, goOn: (state: FlowState, fields: FormFields) => Promise<(view: View, beside: Html) => Html>) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, () =>
      pages.withState(c, fields, async (state) => {
        const page = await goOn(state, fields);
        const view = await pages.view(c, state.visits);
        return c.html(page(view, besidePart(state, view)));
      }),
    );
  };

  app.post("/people", (c) =>
    withVisits(c, async (state, fields) => {
      const { name, title } = fileIn(fields);
      if (title === "") return untitledPage;
      const saved = bench.savePerson(name, personFile(title, state));
      return (view, beside) => savedPage("person", saved, view, beside);
    }),
  );
  app.post("/cases", (c) =>
    withVisits(c, async (state, fields) => {
      const file = fileIn(fields);
      const visit = state.visits[Number(fields.get("visit"))];
      if (file.title === "") return untitledPage;
      const saved = visit === undefined ? FORGOTTEN : await bench.saveCase(visit, state, file);
      return (view, beside) => savedPage("case", saved, view, beside);
    }),
  );
  app.post("/compare", (c) =>
    withVisits(c, async ({ visits, flow }, fields) => {
      const found = await bench.compare(visits, flow.gate, one(fields, "other"));
      return (view, beside) => (found.ok ? comparePage(found.value, view, beside) : notComparedPage(found.problem, view, beside));
    }),
  );
  addPreviewRoutes(app, bench, pages, withToken);
}

type WithToken = (c: Context, fields: FormFields, goOn: () => Promise<Response>) => Promise<Response>;

/** Reached by addresses, so that people can come back to them: one that runs a policy shows the token there. */
function addPreviewRoutes(app: Hono, bench: Bench, pages: Pages, withToken: WithToken): void {
  const gates = gateNames(pages.flows);
  app.get("/preview", async (c) => {
    const fields = new URL(c.req.url).searchParams;
    if (!fields.has("days")) return c.html(previewPage(previewDefaults, gates, undefined, await pages.view(c)));
    return await withToken(c, fields, async () => {
      const asked = { days: one(fields, "days"), policy: one(fields, "policy"), gate: one(fields, "gate") };
      const view = await pages.view(c);
      const days = /^\d{1,3}$/.test(asked.days) ? Number(asked.days) : 0;
      const { daysWrong } = benchTexts[view.language].preview;
      const found =
        days < 1 || days > MOST_DAYS
          ? { ok: false as const, problem: daysWrong }
          : await bench.preview({ days, policy: asked.policy, gate: asked.gate || undefined });
      return c.html(previewPage(asked, gates, found, view), found.ok ? 200 : 400);
    });
  });
  app.get("/preview/case", async (c) => {
    const reference = c.req.query("recorded") ?? "";
    const found = await bench.recorded(reference);
    if (found === undefined) return await pages.missing(c);
    return c.html(recordedCasePage(reference, found.person.email, bench, await pages.view(c)));
  });
  app.post("/preview/case", async (c) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, async () => {
      const file = fileIn(fields);
      const view = await pages.view(c);
      const again = recordedCaseForm(one(fields, "recorded"), file.name, bench, view);
      if (file.title === "") return c.html(untitledPage(view, again), 400);
      const saved = await bench.saveRecorded(one(fields, "recorded"), file);
      return c.html(savedPage("case", saved, view, saved.ok ? undefined : again), saved.ok ? 200 : 400);
    });
  });
}

/** As long as decisions may be kept. */
const MOST_DAYS = 365;

const FORGOTTEN = { ok: false, why: "forgotten", detail: "" } as const;

function one(fields: FormFields, name: string): string {
  return (fields.get(name) ?? "").trim();
}

function fileIn(fields: FormFields): { readonly name: string; readonly title: string } {
  return { name: one(fields, "name"), title: one(fields, "title") };
}

/** As a file of the folder of people has it: what is as by default is left out. */
function personFile(title: string, { person, flow: { tenant, gate } }: FlowState): object {
  const { issuer, email } = person;
  const usual = describePerson(readPersonFile({ issuer, email }), writeAttribute) as Readonly<Record<string, unknown>>;
  const own = Object.entries(describePerson(person, writeAttribute)).filter(([name, value]) => !isDeepStrictEqual(value, usual[name]));
  return {
    title,
    ...(tenant.kind !== "workforce" && { tenant: tenant.kind }),
    ...(gate !== undefined && { gate }),
    issuer,
    email,
    ...Object.fromEntries(own),
  };
}

/** In constant time. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What became of a file that was to be written. @param beside what happened before */
function savedPage(what: "person" | "case", saved: CaseSaved, view: View, beside: Html = html``): Html {
  const t: BenchTexts["saved"] = benchTexts[view.language].saved;
  if (!saved.ok) {
    const detail = saved.detail === "" ? "" : html`<pre>${visibleText(saved.detail)}</pre>`;
    return notDonePage(t.notSaved, html`<p>${t.why[saved.why]}</p>${detail}<p>${t.back}</p>`, view, beside);
  }
  const run = what === "case" ? html`<p>${t.run} <code>npx --no-install entra-gatehouse test</code></p>` : "";
  const sheet = html`<div class="note good" role="status"><p>${t.in} <code>${visibleText(saved.file)}</code></p></div>${run}
${toStart(view)}`;
  return simulatorPage({ view, heading: t[what], sheet, beside });
}

/** A case or person without a word of what it is for. */
function untitledPage(view: View, beside: Html): Html {
  const { saved: t } = benchTexts[view.language];
  return notDonePage(t.notSaved, html`<p>${t.noTitle}</p><p>${t.back}</p>`, view, beside);
}

function notComparedPage(problem: string, view: View, beside: Html): Html {
  const { compared: t } = benchTexts[view.language];
  return notDonePage(t.cannot, html`<pre>${visibleText(problem)}</pre>`, view, beside);
}

/** Something was asked for that cannot be done. */
function notDonePage(heading: string, why: Html, view: View, beside: Html = html``): Html {
  return simulatorPage({ view, heading, sheet: html`<div class="note bad" role="alert">${why}</div>${toStart(view)}`, beside });
}

function toStart({ language }: View): Html {
  return html`<p><a href="/?lang=${language}">${benchTexts[language].nav.signUp}</a></p>`;
}
