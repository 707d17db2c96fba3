import type { Child } from "hono/jsx";
import { Mark } from "../../console/parts/badge";
import { visible } from "../../console/parts/value";
import type { Tried } from "../workbench/bench";
import type { Card } from "../workbench/cards";
import { CardsPart } from "./cards-part";
import { toPersonFields } from "./form";
import { simulatorPage, type View } from "./layout";
import { PathPart } from "./path-part";
import { PersonForm } from "./person-part";
import { RulesPart } from "./rules-part";
import { callsMs, outcomeLooks, type SignUpRun } from "./run";
import { SeenPart } from "./seen-part";
import { simulatorTexts } from "./texts";
import { RerunLink, ToolsPart } from "./tools-part";
import { WayInPart } from "./way-in-part";
import { WhoCard } from "./who-page";

interface RunParts {
  /** The sign-up; undefined before it. */
  readonly run: SignUpRun | undefined;
  readonly cards: Tried<readonly Card[]>;
  /** A report of the last action, or of the reason why it failed. */
  readonly notice?: Child;
  /** The form of a person, in place of the sign-up. */
  readonly instead?: Child;
}

export function runPage({ run, cards, notice, instead }: RunParts, view: View) {
  const { run: t, outcomes } = simulatorTexts;
  return simulatorPage(
    view,
    run === undefined ? t.heading : outcomes[run.outcome],
    <div class="run">
      <CardsPart cards={cards} person={run?.state.person} view={view} />
      <div>
        {notice}
        {instead ?? (run === undefined ? <StartPart view={view} /> : <RanPart run={run} view={view} />)}
      </div>
    </div>,
  );
}

function StartPart({ view }: { readonly view: View }) {
  const { run: t } = simulatorTexts;
  const { bench } = view;
  return (
    <>
      {bench?.who?.isFirst() ? <WhoCard who={bench.who} view={view} /> : null}
      <section class="card">
        <h2>{t.pick}</h2>
        <p>{t.lead}</p>
      </section>
    </>
  );
}

function RanPart({ run, view }: { readonly run: SignUpRun; readonly view: View }) {
  const { state, outcome } = run;
  const { person, visits } = state;
  const t = simulatorTexts;
  const name = String(person.claims.displayName ?? "");
  const who = visible([...(name === "" ? [] : [name]), person.email].join(", "));
  return (
    <>
      <section class={`card result ${outcome}`} aria-labelledby="outcome">
        <div class="entity-head">
          <Mark {...outcomeLooks[outcome]} />
          <div>
            <h2 id="outcome">{t.outcomes[outcome]}</h2>
            <p class="words">{`${who}: ${t.said[outcome]} ${t.calls(visits.length, callsMs(visits))}`}</p>
          </div>
          <div class="actions tools">
            <RerunLink state={state} view={view} />
            <ToolsPart state={state} view={view} />
          </div>
        </div>
        <PathPart run={run} view={view} />
        <WayInPart run={run} view={view} />
      </section>
      <div class="answer">
        <SeenPart run={run} view={view} />
        <RulesPart run={run} view={view} />
      </div>
      <PersonForm fields={toPersonFields(person)} view={view} heading={t.person.heading} />
    </>
  );
}
