import { GraphError } from "../../../adapters/graph/graph";
import { toRow } from "../../../adapters/tables/item";
import { type AccountRow, readAccount } from "../../../features/accounts/account";
import { arrive, extendAccess, laterEnd } from "../../../features/accounts/change";
import { type AccessChanged, accountEvent } from "../../../features/accounts/events";
import type { GateExpiry } from "../../../features/expiry/expiry";
import { confirmedRun } from "../../../features/expiry/run";
import { personsMail, renewersMail } from "../../../features/expiry/worker/access-mail";
import { guestRules, guestScopes, makeGuestPolicy } from "../../../local/stand-ins/graph/guest-policies";
import { type Chance, chanceOf } from "../../lives/chance";
import type { MemoryChange } from "../../memory/tables";
import { day, iso, newcomer, START } from "../accounts/accounts";
import { type Account, begin, idOf } from "./life";
import { type Cause, GuestModel, type GuestTruth, policy, withoutPremium } from "./year-model";

// A year of a tenant with guests, lived by the worker as it is deployed, and watched by a model of the docs.

const DAYS = 365;
/** Microsoft's policies are on for half the year. */
const entraActs = { from: 100, to: 282, idle: 60 } as const;
const gate: GateExpiry = { ...policy, asksGraph: true, days: policy.lasts, renew: "sponsor", disable: 0, delete: 30 };
const settings = {
  ...{ ownTexts: {}, redirectUrl: "https://app.contoso.com", approvers: ["it@contoso.com"], language: "en", place: "--stack Gatehouse" },
};

export interface YearOptions {
  readonly guests: number;
  readonly sponsors: number;
  readonly leaving: number;
}

export interface YearReport {
  readonly complaints: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

function dayNumber(time: string): number {
  return (Date.parse(time) - START) / 86_400_000;
}

function makeTruth(chance: Chance): GuestTruth {
  const letIn = chance.below(150);
  const shows = chance.is(0.1) ? "absent" : chance.is(0.1) ? "late" : chance.is(0.05) ? "non-interactive" : "usual";
  const redeemed = chance.is(0.1) ? undefined : letIn + chance.below(chance.is(0.1) ? 60 : 5);
  const stops = chance.is(0.3) ? letIn + 20 + chance.below(200) : DAYS;
  const pause = chance.is(0.15) ? 110 : 1 + chance.below(25);
  const signIns: number[] = [];
  // Who redeems signs in at the same moment.
  for (let at = redeemed ?? DAYS; at < stops; at += 1 + chance.below(pause)) signIns.push(at + 0.3);
  return { letIn, shows, redeemed, signIns };
}

/** What Graph shows of an account on a day. */
function showAccount(account: Account, { letIn, shows, redeemed, signIns }: GuestTruth, now: number): void {
  const isPending = redeemed === undefined || redeemed > now;
  account.externalUserState = isPending ? "PendingAcceptance" : "Accepted";
  account.externalUserStateChangeDateTime = iso(isPending ? letIn : (redeemed ?? letIn));
  const last = signIns.findLast((each) => each <= (shows === "late" ? now - 1 : now));
  account.signInActivity =
    shows === "absent" || last === undefined
      ? undefined
      : shows === "non-interactive"
        ? { lastNonInteractiveSignInDateTime: iso(last) }
        : { lastSuccessfulSignInDateTime: iso(last), lastSignInDateTime: iso(last) };
}

export async function liveYear(seed: number, { guests, sponsors, leaving }: YearOptions): Promise<YearReport> {
  const chance = chanceOf(seed);
  const truths = Array.from({ length: guests }, () => makeTruth(chance));
  const models = truths.map((truth) => new GuestModel(truth));
  const complaints: string[] = [];
  const counts: Record<string, number> = {};
  const answers: { readonly at: number; readonly index: number }[] = [];
  const leavesOn = Array.from({ length: sponsors }, (_, index) => (index < leaving ? 60 + chance.below(250) : DAYS));
  let now = 0;
  /** The same day with its hour, as the worker sees it. */
  let moment = 0;
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const complain = (index: number, what: string | undefined) => {
    if (what !== undefined) complaints.push(`seed ${seed}, day ${now}, guest ${index} (${truths[index]?.shows}): ${what}`);
  };

  /** Each change of a row, as the stream reports it: the model follows it, and its mails are made. */
  function watch({ tableName, before, after }: MemoryChange): void {
    if (tableName !== "accounts" || before === undefined || after === undefined) return;
    const [was, row] = [readAccount(toRow(before)), readAccount(toRow(after))];
    const index = Number(row.id.slice(-12)) - 1;
    const entry = row.history.at(-1);
    if (entry === undefined || row.history.length === was.history.length) return;
    const model = models[index] as GuestModel;
    if (entry.what === "end-set" && entry.until !== undefined) complain(index, model.endSet(dayNumber(entry.until)));
    if (entry.what === "renewed" && entry.until !== undefined) model.renewed(now, dayNumber(entry.until));
    if (entry.what === "restored") model.restored(now);
    if (entry.what === "skipped") complain(index, entry.note === undefined ? "left alone without a reason" : undefined);
    const event = accountEvent(was, row);
    if (event?.type === "access.changed.v1") follow(index, event.detail);
  }

  function follow(index: number, change: AccessChanged): void {
    const cause: Cause = change.reason ?? "lasts";
    const model = models[index] as GuestModel;
    const mails = { person: personsMail(change, settings), renewer: renewersMail(change, settings) };
    count(`${change.what} ${cause}`);
    if (change.what === "reminded") {
      complain(index, model.reminded(moment, cause, dayNumber(change.until ?? "")));
      complain(index, mails.person && mails.renewer ? undefined : "a reminder without a mail");
      const hasSponsor = now < (leavesOn[index % sponsors] ?? 0);
      if (chance.is(cause === "lasts" ? (hasSponsor ? 0.7 : 0.3) : 0.1)) answers.push({ at: now + 1 + chance.below(5), index });
    }
    if (change.what === "disabled") {
      complain(index, model.disabled(moment, cause));
      complain(index, mails.person && mails.renewer ? undefined : "an end without a mail");
    }
    if (change.what === "restored") complain(index, mails.person ? undefined : "restored without a mail");
  }

  const life = await begin({ gates: { default: gate }, onChange: watch });
  life.settings.fail = (_, path) => {
    const isMonth = now >= withoutPremium.from && now < withoutPremium.to;
    if (path.includes("signInActivity") && isMonth) return new GraphError({ status: 403, code: "NonPremiumTenant" });
    if (!chance.is(0.02)) return undefined;
    const status = [429, 503, 0][chance.below(3)] ?? 0;
    return new GraphError({ status, code: "Now and then" });
  };

  async function arriveToday(): Promise<void> {
    for (const [index, { letIn }] of truths.entries()) {
      if (letIn !== now) continue;
      const [id, email] = [idOf(index + 1), `p${index + 1}@contoso.com`];
      const sponsor = `mina${index % sponsors}@contoso.com`;
      const { until: _, ...person } = newcomer;
      const row = { ...person, id, email, personId: `person-${index}`, letInAt: iso(now), arrivedAt: iso(now), sponsor };
      await life.accounts.change(id, (stored) => arrive(stored, row, day(now)));
      life.directory.set(id, { id, createdDateTime: iso(now), accountEnabled: true, mail: email, roles: [], userType: "Guest" });
    }
  }

  /** Entra's own policy for a group disables who was inactive for 60 days. */
  function actAsEntra(): void {
    const isOn = now >= entraActs.from && now < entraActs.to;
    const unused = makeGuestPolicy({ displayName: "Unused", scope: guestScopes.selected, rules: [guestRules.inactivity] });
    life.settings.guestPolicies = isOn ? [makeGuestPolicy(), unused] : [];
    if (!isOn) return;
    for (const [index, { signIns, letIn }] of truths.entries()) {
      const account = life.directory.get(idOf(index + 1));
      const last = signIns.findLast((each) => each <= now) ?? letIn;
      if (account === undefined || index % 4 !== 0 || !account.accountEnabled || now - last < entraActs.idle) continue;
      account.accountEnabled = false;
      count("disabled by Entra");
    }
  }

  async function answerMails(): Promise<void> {
    for (const { index } of answers.filter(({ at }) => at === now)) {
      const by = { kind: "console", name: `mina${index % sponsors}@contoso.com` } as const;
      const renew = (row: AccountRow | undefined) =>
        extendAccess(row, row && laterEnd(row, policy.lasts, day(now)), { by }, day(now), "renewed");
      if ((await life.accounts.change(idOf(index + 1), renew)).ok) count("renewed by a sponsor");
    }
  }

  async function confirmWaiting(): Promise<void> {
    const before = await life.runs.read();
    const [run] = before.runs;
    if (run?.state !== "waiting") return;
    count("runs that waited");
    await life.runs.write(before, confirmedRun(run, "lee"));
  }

  async function judgeDay(): Promise<void> {
    for (const [index, { letIn }] of truths.entries()) {
      if (letIn > now) continue;
      const row = (await life.accounts.get(idOf(index + 1))) as AccountRow;
      if (row.state !== "in") continue;
      // The sponsor changes nothing about why an account was left alone.
      const isLeftAlone = row.history.findLast(({ what }) => what !== "sponsored" && what !== "not-sponsored")?.what === "skipped";
      const isTheirs = life.directory.get(row.id)?.accountEnabled === false;
      const cause = isLeftAlone || isTheirs ? undefined : models[index]?.overdue(now);
      complain(index, cause && `stays past its end by ${cause}`);
    }
  }

  for (now = 0; now <= DAYS; now++) {
    const today = now;
    await arriveToday();
    for (const [index, truth] of truths.entries()) {
      const account = life.directory.get(idOf(index + 1));
      if (account !== undefined) showAccount(account, truth, now);
    }
    actAsEntra();
    await answerMails();
    for (const hour of [0, 0.05, 0.1]) {
      moment = today + hour;
      life.at(moment);
      await life.work();
      await confirmWaiting();
    }
    await judgeDay();
  }
  return { complaints, counts };
}
