import type { DomainPart, Visit } from "../../../console/app/visit";
import { pageTexts } from "../../../console/texts/languages";
import { partsOf } from "../../../engine/sign-up/email";
import { requestsPath } from "./approvals-parts";

/** Those who wait are looked through that long: all of them are read. */
const COUNTING_MS = 800;

/** How many of a domain wait for a decision, as far as they are counted in time. */
export async function requestsOfDomain({ world, language }: Visit, domain: string): Promise<DomainPart> {
  const end = Date.now() + COUNTING_MS;
  let count = 0;
  let isAll = true;
  for await (const page of world.approvals.briefsByState("pending")) {
    count += page.filter(({ email }) => partsOf(email).domain === domain).length;
    isAll = Date.now() < end;
    if (!isAll) break;
  }
  const requests = t.requests(`${count.toLocaleString(language)}${isAll ? "" : "+"}`);
  return {
    figure: [isAll ? count : `${count}+`, t.waiting],
    content: <p>{count === 0 && isAll ? t.none : <a href={requestsPath(domain)}>{requests}</a>}</p>,
  };
}

const t = pageTexts({
  waiting: ["waiting for approval", "승인 대기"],
  requests: [(count: string) => `Waiting requests: ${count}`, (count) => `대기 중인 요청: ${count}건`],
  none: ["No request of this domain waits.", "이 도메인의 대기 중인 요청이 없습니다."],
});
