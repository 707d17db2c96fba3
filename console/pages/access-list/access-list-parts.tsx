import type { Checked } from "../../../engine/access-list/check-step";
import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { shortened } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { accessListTexts } from "./access-list-texts";
import { writtenList } from "./access-list-write";

export function entryPath(entry: string): string {
  return `${writtenList.path}/entry?key=${encodeURIComponent(entry.toWellFormed())}`;
}

export const NEW_ENTRY_PATH = `${writtenList.path}/new`;

/** The form for a new entry, filled in: an allow until a day. */
export function newEntryPath(entry: string): string {
  return `${NEW_ENTRY_PATH}?${new URLSearchParams({ entry })}`;
}

/** An entry that leads to its page. */
export function EntryLink({ entry }: { readonly entry: string }) {
  return (
    <a href={entryPath(entry)}>
      <bdi class="value">{shortened(entry, 80)}</bdi>
    </a>
  );
}

interface ListVerdictProps {
  readonly visit: Visit;
  readonly checked: Pick<Checked, "verdict" | "matches">;
}

/** What the list decides on somebody. Without an entry it leaves them to the other rules, which is no approval. */
export function ListVerdict({ visit, checked: { verdict, matches } }: ListVerdictProps) {
  const t = visit.say(checkTexts);
  const isSilent = verdict === "continue" && matches.length === 0;
  const kind = verdict === "block" ? "bad" : verdict === "continue" && !isSilent ? "good" : "";
  return <span class={`tag ${kind}`}>{isSilent ? t.silent : t.verdicts[verdict]}</span>;
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return <BackLink path={writtenList.path} text={visit.say(accessListTexts).back} />;
}

export const checkTexts = pageTexts(
  {
    title: "What would happen to…",
    hint: "Checks only the access list, as it is now. Other rules of the policy may still refuse the person. Nothing is written.",
    email: "E-mail address",
    issuer: "Signed in with",
    issuerHint: "google.com, facebook.com, mail; empty for Entra and Microsoft accounts",
    id: "Id of the account there",
    check: "Check",
    badEmail: "This is not a single e-mail address. Gatehouse would block the sign-up before it reads the list.",
    badIdentity: "This identity cannot be read. Gatehouse would block the sign-up before it reads the list.",
    verdicts: {
      continue: "The list lets this person in",
      block: "The list refuses this person",
      "not asked": "This step does not use the list",
    },
    silent: "The list has no entry for this person: other rules decide",
    notAsked: "No deployed step uses the list.",
    effects: { allow: "allow", deny: "deny" },
    until: (day: string) => `expires ${day}`,
    ignored: "Found, but does not count",
    shadow: "The rule only reports here (shadow) and stops nobody.",
  },
  {
    title: "이 사람이 가입하면…",
    hint: "현재 접근 목록만 확인합니다. 정책의 다른 규칙이 거부할 수 있습니다. 아무것도 기록하지 않습니다.",
    email: "이메일 주소",
    issuer: "로그인 제공자",
    issuerHint: "google.com, facebook.com, mail; Entra·Microsoft 계정은 비워 두세요",
    id: "제공자의 계정 ID",
    check: "확인",
    badEmail: "올바른 이메일 주소가 아닙니다. 목록을 확인하기 전에 가입이 차단됩니다.",
    badIdentity: "읽을 수 없는 ID입니다. 목록을 확인하기 전에 가입이 차단됩니다.",
    verdicts: {
      continue: "목록이 이 사람을 통과시킵니다",
      block: "목록이 이 사람을 차단합니다",
      "not asked": "이 단계에서는 목록을 확인하지 않습니다",
    },
    silent: "목록에 이 사람에 관한 항목이 없어 다른 규칙이 결정합니다",
    notAsked: "목록을 확인하는 단계가 배포되어 있지 않습니다.",
    effects: { allow: "허용", deny: "거부" },
    until: (day) => `만료 ${day}`,
    ignored: "해당하지만 적용되지 않는 항목",
    shadow: "이 규칙은 보고만 하며(shadow) 아무도 막지 않습니다.",
  },
);
