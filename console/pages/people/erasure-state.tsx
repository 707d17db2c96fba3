import { type ErasureJob, isErasing } from "../../../adapters/person/erasure-job";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/alert";
import { type Fact, Facts } from "../../parts/facts";
import { Moment } from "../../parts/moment";
import { visible } from "../../parts/value";
import { type EraseTexts, eraseTexts } from "./erase-texts";

interface StateProps {
  readonly visit: Visit;
  readonly job: ErasureJob;
  /** Where the page is read again. */
  readonly path: string;
}

/** How far an erasure is, or what came of it. */
export function ErasureState({ visit, job, path }: StateProps) {
  const t = visit.say(eraseTexts);
  const { state, deleted = 0, erased, obstacle, by, name, at } = job;
  const count = (number: number) => number.toLocaleString(visit.language);
  const facts: readonly Fact[] = [
    [t.begunBy, <bdi class="value">{visible(name === "" ? by : name)}</bdi>],
    [t.begunAt, <Moment at={at} />],
  ];
  return (
    <section class="narrow">
      <h2>{t.state}</h2>
      {isErasing(job, visit.now) ? (
        <Alert kind="warn">
          <p>
            {state === "asked" ? t.asked : t.running(count(deleted))} {t.mayLeave}
          </p>
          <p>
            <a href={path}>{t.lookAgain}</a>
          </p>
        </Alert>
      ) : state === "done" ? (
        <Alert kind="good">{t.done}</Alert>
      ) : (
        <Alert kind="warn">
          <p>{state === "stopped" ? t.stopped : t.cutOff(count(deleted))}</p>
          {obstacle === undefined ? null : <p>{t.obstacles[obstacle.why](visible(obstacle.reference ?? ""))}</p>}
        </Alert>
      )}
      <Facts facts={facts} />
      {erased === undefined ? null : (
        <>
          <h3>{t.counted}</h3>
          <Facts facts={countNames.map((each) => [t.counts[each], count(erased[each])])} />
          {erased.rowsLeft ? <p>{t.rowsLeft(count(erased.rowsLeft))}</p> : null}
          {erased.entriesLeft ? <p>{t.entriesLeft(count(erased.entriesLeft.length))}</p> : null}
        </>
      )}
    </section>
  );
}

const countNames: readonly (keyof EraseTexts["counts"])[] = [
  "decisions",
  "rows",
  "profiles",
  "requests",
  "ledger",
  "changes",
  "proposals",
  "entries",
];
