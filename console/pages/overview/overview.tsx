import type { ListedDecision } from "../../../adapters/tables/decisions";
import { ENTRA_LOG_KEY, type EntraLogSummary, readEntraLog } from "../../../adapters/tables/entra-log";
import { decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { dayOf, Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { capitalised, visible } from "../../parts/value";
import { Chart } from "./overview-chart";
import { DAYS, type Figures, figuresOf } from "./overview-figures";
import { overviewTexts } from "./overview-texts";

/** A tenant with more sign-ups in two weeks sees the newest: a page must not read for minutes. */
const MAX_RECORDS = 5_000;

async function overview(visit: Visit): Promise<Response> {
  const t = visit.say(overviewTexts);
  const from = new Date(`${dayOf(new Date(visit.now.getTime() - (DAYS - 1) * MS_PER_DAY))}T00:00:00Z`);
  const records: ListedDecision[] = [];
  for await (const page of visit.world.decisions.between(from, visit.now)) {
    records.push(...page);
    if (records.length >= MAX_RECORDS) break;
  }
  const failed = await visit.world.decisions.whole(records.filter(({ upstreamFailed }) => upstreamFailed));
  const figures = figuresOf(records, failed, visit.now);
  const seen = readEntraLog(await visit.world.ledger.get(ENTRA_LOG_KEY));
  return await visit.page(
    t.title,
    <div id="figures" data-live="60">
      {records.length < MAX_RECORDS ? null : <p class="note warn">{t.partial(records.length)}</p>}
      <SignUps visit={visit} figures={figures} />
      <div class="cards">
        <Refusals visit={visit} figures={figures} />
        <Slow visit={visit} figures={figures} />
        <Troubles visit={visit} figures={figures} />
        {seen === undefined ? null : <EntraLog visit={visit} seen={seen} />}
      </div>
    </div>,
  );
}

interface PartProps {
  readonly visit: Visit;
  readonly figures: Figures;
}

function SignUps({ visit, figures: { days, totals } }: PartProps) {
  const t = visit.say(overviewTexts);
  const { verdicts } = visit.say(decisionWords);
  const order = ["continue", "invalid", "block"] as const;
  return (
    <section class="card">
      <h2>{t.signUps}</h2>
      <Chart days={days} label={t.chart(totals.continue, totals.block, totals.invalid)} />
      <ul class="key">
        {order.map((verdict) => (
          <li>
            <i class={verdict} />
            {capitalised(verdicts[verdict])}: <b>{totals[verdict]}</b>
          </li>
        ))}
      </ul>
      <details>
        <summary>{t.table}</summary>
        <Table
          caption={t.signUps}
          columns={[{ name: t.day }, ...order.map((verdict) => ({ name: capitalised(verdicts[verdict]), number: true as const }))]}
          rows={days.map((day) => [
            <a href={`/decisions?from=${day.day}&to=${day.day}`}>{day.day}</a>,
            ...order.map((verdict) => day[verdict]),
          ])}
          empty={t.noAnswers}
        />
      </details>
    </section>
  );
}

function Refusals({ visit, figures: { refusals } }: PartProps) {
  const t = visit.say(overviewTexts);
  return (
    <section class="card">
      <h2>{t.refusals}</h2>
      <Table
        caption={t.refusals}
        columns={[{ name: t.rule }, { name: t.reason }, { name: t.count, number: true }]}
        rows={refusals.map(({ rule, reason, count }) => [
          rule === undefined ? t.noRule : <code>{visible(rule)}</code>,
          visible(reasonText(visit.say(decisionWords), [reason])),
          count,
        ])}
        empty={t.noRefusals}
      />
    </section>
  );
}

function Slow({ visit, figures: { slowest, durations } }: PartProps) {
  const t = visit.say(overviewTexts);
  return (
    <section class="card">
      <h2>{t.slow}</h2>
      {durations === undefined ? null : <p>{t.typical(t.milliseconds(durations.half), t.milliseconds(durations.most))}</p>}
      <p class="hint">{t.slowHint}</p>
      <Table
        caption={t.slow}
        columns={[{ name: t.reference }, { name: t.time }, { name: t.duration, number: true }]}
        rows={slowest.map(({ reference, at, durationMs }) => [
          <a href={`/decisions/${encodeURIComponent(reference)}`}>{reference}</a>,
          <Moment at={at} />,
          t.milliseconds(durationMs),
        ])}
        empty={t.noAnswers}
      />
    </section>
  );
}

function Troubles({ visit, figures: { troubles } }: PartProps) {
  const t = visit.say(overviewTexts);
  const kinds: Readonly<Record<string, string>> = visit.say(decisionWords).upstreamKinds;
  return (
    <section class="card">
      <h2>{t.upstreamFailure}</h2>
      <Table
        caption={t.upstreamFailure}
        columns={[{ name: t.system }, { name: t.kind }, { name: t.count, number: true }, { name: t.last }]}
        rows={troubles.map(({ service, kind, count, last }) => [visible(service), kinds[kind] ?? kind, count, <Moment at={last} />])}
        empty={t.noTrouble}
      />
    </section>
  );
}

/** What `entra check --since` found when it was last run: nothing else here has a right to read Entra's log. */
function EntraLog({ visit, seen: { at, since, until, outcomes } }: { readonly visit: Visit; readonly seen: EntraLogSummary }) {
  const t = visit.say(overviewTexts);
  const names: Readonly<Record<string, string>> = t.outcomes;
  return (
    <section class="card">
      <h2>{t.entraLog}</h2>
      <p>
        <Moment at={since} /> – <Moment at={until} />
      </p>
      <Table
        caption={t.entraLog}
        columns={[{ name: t.outcome }, { name: t.count, number: true }]}
        rows={Object.entries(outcomes)
          .sort(([, a], [, b]) => b - a)
          .map(([outcome, count]) => [names[outcome] ?? visible(outcome), count])}
        empty={t.noSignUps}
      />
      <p class="hint">
        {t.lookedAt} <Moment at={at} />: <code>npx entra-gatehouse entra check --since 7d</code>
      </p>
    </section>
  );
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/", access: "Reader", handler: overview }];
