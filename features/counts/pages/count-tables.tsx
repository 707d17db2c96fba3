import type { Visit } from "../../../console/app/visit";
import { Table } from "../../../console/parts/table";
import { durationText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { waitsForApproval } from "../../../engine/sign-up/outcome";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import { type CountedFigures, type CountedService, LONGEST_BOUND_MS, shareWithin, type TimeCount } from "../counts";
import { serviceName } from "../service-name";

/** Refusals by rule and reason: each leads to its decisions. @param path the address of the decisions */
export function refusalTable(
  visit: Visit,
  refusals: CountedFigures["refusals"],
  path: (filters: Readonly<Record<string, string>>) => string,
) {
  const w = visit.say(reasonMeanings);
  return (
    <Table
      caption={t.refusals}
      columns={[
        [
          t.reason,
          ({ rule, reason }) =>
            reason === undefined ? (
              t.otherReasons
            ) : (
              <a href={path({ ...(rule !== undefined && { rule }), reason })}>{visible(reasonsInWords(w, [reason]))}</a>
            ),
        ],
        [t.rule, ({ rule, reason }) => (reason === undefined ? "" : rule === undefined ? t.noRule : visible(rule))],
        [{ name: t.count, number: true }, ({ count }) => count.toLocaleString(visit.language)],
      ]}
      rows={refusals.filter(({ reason }) => !waitsForApproval(reason))}
      empty={t.noRefusals}
    />
  );
}

/** Systems outside: how often each was asked and answered, and how long sign-ups waited for it. */
export function serviceTable(visit: Visit, services: readonly CountedService[]) {
  const figure = (name: string, of: (service: CountedService) => string) => [{ name, number: true }, of] as const;
  return (
    <Table
      caption={t.services}
      columns={[
        [t.system, ({ service }) => countedName(service)],
        figure(t.asked, ({ asked }) => asked.toLocaleString(visit.language)),
        figure(t.answered, (each) => (each.asked === 0 ? "" : t.percent(answeredShare(visit, each)))),
        figure(t.half, ({ times }) => longestOf(visit, times, 0.5)),
        figure(t.most, ({ times }) => longestOf(visit, times, 0.95)),
      ]}
      rows={services}
      empty={t.noServices}
    />
  );
}

/** @param service undefined for those that were counted without their names */
export function countedName(service: string | undefined): string {
  return service === undefined ? t.otherServices : visible(serviceName(service));
}

export function failuresOf(service: CountedService | undefined): number {
  return Object.values(service?.failures ?? {}).reduce((sum, count) => sum + count, 0);
}

/** In percent, rounded down, so that a hundred means that none failed. */
export function answeredShare({ language }: Visit, service: CountedService): string {
  if (service.asked === 0) return "0";
  return (Math.floor((1_000 * (service.asked - failuresOf(service))) / service.asked) / 10).toLocaleString(language);
}

/** The longest of a share of times, in words; empty if none was counted. */
function longestOf(visit: Visit, times: readonly TimeCount[], share: number): string {
  const found = shareWithin(times, share);
  if (found === undefined) return "";
  const longest = durationText(visit, found.upToMs ?? LONGEST_BOUND_MS);
  return found.upToMs === undefined ? t.longer(longest) : longest;
}

const t = pageTexts({
  refusals: ["Refusals by reason and rule", "이유와 규칙별 거부"],
  rule: ["Rule", "규칙"],
  reason: ["Reason", "이유"],
  count: ["Times", "횟수"],
  noRule: ["No rule: failed closed", "규칙 없음: 오류로 거부"],
  otherReasons: ["Other reasons", "그 밖의 이유"],
  noRefusals: ["Nobody was refused.", "거부된 사람이 없습니다."],
  services: ["Systems outside and times", "외부 시스템과 소요 시간"],
  system: ["System", "시스템"],
  asked: ["Asked", "요청"],
  answered: ["Answered", "응답"],
  half: ["Half within", "절반은"],
  most: ["95 % within", "95%는"],
  percent: [(share: string) => `${share} %`, (share) => `${share}%`],
  longer: [(bound: string) => `more than ${bound}`, (bound) => `${bound} 초과`],
  otherServices: ["Others", "그 밖의 시스템"],
  noServices: ["No rule asked another system.", "외부 시스템에 요청한 규칙이 없습니다."],
});
