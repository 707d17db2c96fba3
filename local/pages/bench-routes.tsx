import { isDeepStrictEqual } from "node:util";
import type { Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { Alert } from "../../console/parts/forms";
import { visible } from "../../console/parts/value";
import { describePerson, readPersonFile } from "../../simulator/client/person";
import { writeAttribute } from "../../simulator/contract/attributes";
import type { Bench, CaseSaved } from "../workbench/bench";
import { benchTexts } from "./bench-texts";
import { ComparedPart } from "./compared-part";
import type { FormFields } from "./form";
import { Trouble } from "./layout";
import { formTokenCheck, type Pages, readLanguage } from "./pages";
import type { FlowState } from "./state";
import { addWhoRoutes } from "./who-page";

/** Adds routes for saving and comparing. A request that writes or runs a file must come from a form of this instance. */
export function addBenchRoutes(app: Hono, bench: Bench, pages: Pages): void {
  const withToken = formTokenCheck(bench, pages);
  /** Shows the sign-up again below the result, so that a person can repeat or change it. */
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
  app.post("/compare", (c) =>
    withVisits(c, async ({ visits, flow, person }, fields) => {
      const comparison = await bench.compare(visits, flow.gate, one(fields, "other"));
      return <ComparedPart found={comparison} person={person} language={readLanguage(c)} />;
    }),
  );
}

const FORGOTTEN = { ok: false, why: "forgotten", detail: "" } as const;

function one(fields: FormFields, name: string): string {
  return (fields.get(name) ?? "").trim();
}

function fileIn(fields: FormFields): { readonly name: string; readonly title: string } {
  return { name: one(fields, "name"), title: one(fields, "title") };
}

/** Leaves out default values. */
function personFile(title: string, { person, flow: { tenant, gate } }: FlowState): object {
  const { issuer, email } = person;
  const usual = describePerson(readPersonFile({ issuer, email }), writeAttribute) as Readonly<Record<string, unknown>>;
  const personEntries = Object.entries(describePerson(person, writeAttribute)).filter(
    ([name, value]) => !isDeepStrictEqual(value, usual[name]),
  );
  return {
    title,
    tenant: tenant.kind === "workforce" ? undefined : tenant.kind,
    gate,
    issuer,
    email,
    ...Object.fromEntries(personEntries),
  };
}

function savedNote(what: "person" | "case", savedCase: CaseSaved) {
  const { saved: t } = benchTexts;
  if (!savedCase.ok) {
    return (
      <>
        <Trouble text={`${t.notSaved}. ${t.why[savedCase.why]}`} detail={savedCase.detail} />
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
        {t.in} <code>{visible(savedCase.file)}</code>
      </p>
      {what === "person" ? null : (
        <p>
          {t.run} <code>npm run gate -- test</code>
        </p>
      )}
    </Alert>
  );
}

function untitledNote() {
  const { saved: t } = benchTexts;
  return <Alert>{`${t.notSaved}. ${t.noTitle} ${t.back}`}</Alert>;
}
