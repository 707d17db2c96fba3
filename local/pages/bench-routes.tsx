import { isDeepStrictEqual } from "node:util";
import type { Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { Alert, PostForm } from "../../console/parts/forms";
import { visible } from "../../console/parts/value";
import { describePerson, readPersonFile } from "../../simulator/client/person";
import { newJourney, signUpBy } from "../../simulator/client/sign-up";
import { writeAttribute } from "../../simulator/contract/attributes";
import type { Bench, CaseSaved } from "../workbench/bench";
import { benchTexts } from "./bench-texts";
import { changePage } from "./change-page";
import { comparePage } from "./compare-page";
import type { FormFields } from "./form";
import { pageAddress, Trouble, type View } from "./layout";
import { formTokenCheck, notePage, type Pages, type WithToken } from "./pages";
import { previewDefaults, previewPage } from "./preview-page";
import { type FlowState, gateNames } from "./state";
import { FileFields, suggestedName } from "./tools-part";
import { addWhoRoutes } from "./who-page";

/** Routes for saving, comparing and replaying. A request that writes or runs a file must come from a form of this instance. */
export function addBenchRoutes(app: Hono, bench: Bench, pages: Pages): void {
  const withToken = formTokenCheck(bench, pages);
  /** Shows the sign-up below the result, so that it can be repeated or changed. */
  const withVisits = async (c: Context, goOn: (state: FlowState, fields: FormFields) => Promise<Child>) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, () =>
      pages.withState(c, fields, async (state) => await pages.shown(c, state, await goOn(state, fields))),
    );
  };

  app.post("/people", (c) =>
    withVisits(c, async (state, fields) => {
      const { name, title } = fileIn(fields);
      return title === "" ? untitledNote() : savedNote("person", bench.savePerson(name, personFile(title, state)));
    }),
  );
  app.post("/cases", (c) =>
    withVisits(c, async (state, fields) => {
      const file = fileIn(fields);
      const visit = state.visits[Number(fields.get("visit"))];
      if (file.title === "") return untitledNote();
      return savedNote("case", visit === undefined ? FORGOTTEN : await bench.saveCase(visit, state, file));
    }),
  );
  if (bench.who !== undefined) addWhoRoutes(app, bench.who, pages, withToken);
  addCompareRoutes(app, bench, pages, withToken);
  addPreviewRoutes(app, bench, pages, withToken);
  app.post("/change", async (c) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, async () => {
      const view = await pages.view(c);
      const found = await bench.findChanged(view.flow.gate);
      return c.html(changePage(found, view), found.ok ? 200 : 400);
    });
  });
}

/** Starts from a finished sign-up or a card. */
function addCompareRoutes(app: Hono, bench: Bench, pages: Pages, withToken: WithToken): void {
  app.get("/compare", async (c) => {
    const view = await pages.view(c, { tab: "compare" });
    return c.html(comparePage({ cards: await pages.cardsAt(view.flow), other: bench.other }, undefined, undefined, view));
  });
  const compared = async (c: Context, { visits, flow, person }: FlowState, asked: Parameters<typeof comparePage>[0]) => {
    const view = await pages.view(c, { flow, tab: "compare" });
    const found = await bench.compare(visits, flow.gate, asked.other);
    return c.html(comparePage(asked, person, found, view), found.ok ? 200 : 400);
  };
  app.post("/compare", async (c) => {
    const fields = await pages.fieldsIn(c);
    const other = one(fields, "other");
    return await withToken(c, fields, async () => {
      if (fields.has("state")) return await pages.withState(c, fields, (state) => compared(c, state, { state, other }));
      const { flow } = await pages.view(c);
      const cards = await pages.cardsAt(flow);
      const chosen = one(fields, "card");
      const card = cards.ok ? cards.value.find(({ name }) => name === chosen) : undefined;
      if (card === undefined) return await pages.missing(c);
      const journey = newJourney(card.person, flow);
      return await compared(c, { ...journey, visits: (await signUpBy(journey)).visits }, { cards, chosen, other });
    });
  });
}

/** These pages have addresses, so that people can return to them. One that runs a policy needs the token in its address. */
function addPreviewRoutes(app: Hono, bench: Bench, pages: Pages, withToken: WithToken): void {
  const gates = gateNames(pages.flows);
  app.get("/preview", async (c) => {
    const fields = new URL(c.req.url).searchParams;
    if (!fields.has("days")) return c.html(previewPage(previewDefaults, gates, undefined, await pages.view(c, { tab: "replay" })));
    return await withToken(c, fields, async () => {
      const asked = { days: one(fields, "days"), policy: one(fields, "policy"), gate: one(fields, "gate") };
      const view = await pages.view(c, { tab: "replay" });
      const days = /^\d{1,3}$/.test(asked.days) ? Number(asked.days) : 0;
      const { daysWrong } = benchTexts.preview;
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
    const view = await pages.view(c, { tab: "replay" });
    const { email } = found.person;
    const lead = (
      <>
        <p class="words">{visible(email)}</p>
        <p class="hint">{benchTexts.preview.caseLead}</p>
      </>
    );
    return c.html(notePage(benchTexts.preview.caseHeading, lead, view, recordedCaseForm(reference, suggestedName(email), view)));
  });
  app.post("/preview/case", async (c) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, async () => {
      const file = fileIn(fields);
      const view = await pages.view(c, { tab: "replay" });
      const { caseHeading } = benchTexts.preview;
      const again = recordedCaseForm(one(fields, "recorded"), file.name, view);
      if (file.title === "") return c.html(notePage(caseHeading, untitledNote(), view, again), 400);
      const saved = await bench.saveRecorded(one(fields, "recorded"), file);
      return c.html(notePage(caseHeading, savedNote("case", saved), view, saved.ok ? null : again), saved.ok ? 200 : 400);
    });
  });
}

/** A form for the case file of a recorded person. */
function recordedCaseForm(recorded: string, name: string, view: View) {
  return (
    <PostForm visit={view} action={pageAddress(view, {}, "/preview/case")} class="narrow" hidden={{ recorded }}>
      <FileFields id="case" title={benchTexts.tools.caseTitle} name={name} />
    </PostForm>
  );
}

/** The longest time that decisions are kept. */
const MOST_DAYS = 365;

const FORGOTTEN = { ok: false, why: "forgotten", detail: "" } as const;

function one(fields: FormFields, name: string): string {
  return (fields.get(name) ?? "").trim();
}

function fileIn(fields: FormFields): { readonly name: string; readonly title: string } {
  return { name: one(fields, "name"), title: one(fields, "title") };
}

/** The person in the form of a file: default values are left out. */
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

/** Reports whether a file was written. */
function savedNote(what: "person" | "case", saved: CaseSaved) {
  const { saved: t } = benchTexts;
  if (!saved.ok) {
    return (
      <>
        <Trouble text={`${t.notSaved}. ${t.why[saved.why]}`} detail={saved.detail} />
        <p>{t.back}</p>
      </>
    );
  }
  return (
    <Alert kind="good">
      <p>
        <b>{t[what]}</b>
      </p>
      <p>
        {t.in} <code>{visible(saved.file)}</code>
      </p>
      {what === "person" ? null : (
        <p>
          {t.run} <code>npm run gate -- test</code>
        </p>
      )}
    </Alert>
  );
}

/** Reports a case or person without a title. */
function untitledNote() {
  const { saved: t } = benchTexts;
  return <Alert>{`${t.notSaved}. ${t.noTitle} ${t.back}`}</Alert>;
}
