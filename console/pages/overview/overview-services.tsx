import { decisionWords } from "../../../engine/messages/operator/decisions";
import { type CountedService, LONGEST_BOUND_MS, shareWithin, type TimeCount } from "../../../engine/sign-up/counts";
import type { Visit } from "../../app/visit";
import { Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import type { Figures } from "./overview-figures";
import { overviewTexts } from "./overview-texts";

interface ServicesProps {
  readonly visit: Visit;
  readonly figures: Figures;
}

/** The longest of a share of times, in words. */
export function longestOf(visit: Visit, times: readonly TimeCount[], share: number): string {
  const t = visit.say(overviewTexts);
  const found = shareWithin(times, share);
  if (found === undefined) return "";
  const longest = t.milliseconds(found.upToMs ?? LONGEST_BOUND_MS);
  return found.upToMs === undefined ? t.longer(longest) : longest;
}

/** Whether systems outside answer, and how soon. */
export function ServicesCard({ visit, figures: { all, lastDay } }: ServicesProps) {
  const t = visit.say(overviewTexts);
  return (
    <section class="card">
      <h2>{t.services}</h2>
      <Table
        caption={t.services}
        columns={[
          { name: t.system },
          { name: t.asked, number: true },
          ...[t.answered, t.half, t.most, t.answeredAll].map((name) => ({ name })),
        ]}
        rows={all.services.map((whole) => {
          const { service } = whole;
          const day = lastDay.services.find((each) => each.service === service) ?? { service, asked: 0, failures: {}, times: [] };
          return [
            service === undefined ? t.otherServices : visible(service),
            day.asked.toLocaleString(visit.language),
            answered(visit, day),
            longestOf(visit, day.times, 0.5),
            longestOf(visit, day.times, 0.95),
            answered(visit, whole),
          ];
        })}
        empty={t.noServices}
      />
    </section>
  );
}

/** Rounded down: a hundred says that none failed. */
function answered(visit: Visit, { asked, failures }: CountedService): string {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  if (asked === 0) return "";
  return visit.say(overviewTexts).percent((Math.floor((1_000 * (asked - failed)) / asked) / 10).toLocaleString(visit.language));
}

export function TroublesCard({ visit, figures: { troubles } }: ServicesProps) {
  const t = visit.say(overviewTexts);
  const kinds: Readonly<Record<string, string>> = visit.say(decisionWords).upstreamKinds;
  return (
    <section class="card">
      <h2>{t.upstreamFailure}</h2>
      <Table
        caption={t.upstreamFailure}
        columns={[{ name: t.system }, { name: t.kind }, { name: t.count, number: true }, { name: t.last }]}
        rows={troubles.map(({ service, kind, count, last }) => [
          service === undefined ? t.otherServices : visible(service),
          kinds[kind] ?? kind,
          count.toLocaleString(visit.language),
          <Moment at={`${last}:00:00.000Z`} />,
        ])}
        empty={t.noTrouble}
      />
    </section>
  );
}
