import { GraphError } from "../../../adapters/graph/graph";
import { toRow } from "../../../adapters/tables/item";
import { type AccountRow, readAccount } from "../../../features/accounts/account";
import { arrive, changeSponsor, ENABLED_ELSEWHERE, endOffer, extendAccess, laterEnd, offerGuest } from "../../../features/accounts/change";
import { type AccessChanged, accountEvent } from "../../../features/accounts/events";
import type { SponsorChanged } from "../../../features/accounts/sponsor-event";
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
  const nameSponsor = (index: number) => `lee${index % sponsors}@contoso.com`;
  const models = truths.map((truth, index) => new GuestModel(truth, nameSponsor(index)));
  const complaints: string[] = [];
  const counts: Record<string, number> = {};
  /** What people do in the next days, by day. */
  const plans: { readonly at: number; readonly index: number; readonly what: "renew" | "invite" | "enable" }[] = [];
  const leavesOn = Array.from({ length: sponsors }, (_, index) => (index < leaving ? 60 + chance.below(250) : DAYS));
  let now = 0;
  /** The same day with its hour, as the worker sees it. */
  let moment = 0;
  const isThere = (sponsor: string) => now < (leavesOn[Number(/\d+/.exec(sponsor)?.[0])] ?? 0);
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
    const until = entry.until === undefined ? undefined : dayNumber(entry.until);
    if (entry.what === "end-set" && until !== undefined) {
      const isKept = was.work === "disabling";
      if (isKept) count("kept at the last moment");
      complain(index, isKept ? model.kept(until) : model.endSet(until));
    }
    if (entry.what === "skipped" && entry.note === ENABLED_ELSEWHERE && until !== undefined) {
      count("enabled by somebody");
      complain(index, model.enabled(now, until));
    }
    if (entry.what === "renewed" && entry.until !== undefined) model.renewed(now, dayNumber(entry.until));
    if (entry.what === "restored") model.restored(now);
    if (entry.what === "skipped") complain(index, entry.note === undefined ? "left alone without a reason" : undefined);
    const event = accountEvent(was, row);
    if (event?.type === "access.changed.v1") follow(index, event.detail);
    if (event?.type === "sponsor.changed.v1") followSponsor(index, event.detail);
  }

  function followSponsor(index: number, { what, sponsor, from, to }: SponsorChanged): void {
    const model = models[index] as GuestModel;
    const before = model.sponsor;
    count(`${what} by a sponsor or an operator`);
    if (what === "offered") complain(index, model.offered(moment, to ?? ""));
    else if (what === "given") model.given(now, sponsor ?? "");
    else complain(index, model.offerEnded(moment, what));
    const isTold = what === "accepted" || what === "given" ? from === before : to !== undefined && sponsor === before;
    complain(index, isTold ? undefined : `nobody is told that a guest is ${what}`);
  }

  function follow(index: number, change: AccessChanged): void {
    const cause: Cause = change.reason ?? "lasts";
    const model = models[index] as GuestModel;
    const mails = { person: personsMail(change, settings), renewer: renewersMail(change, settings) };
    count(`${change.what} ${cause}`);
    if (change.what === "reminded") {
      complain(index, model.reminded(moment, cause, dayNumber(change.until ?? "")));
      complain(index, mails.person && mails.renewer ? undefined : "a reminder without a mail");
      if (chance.is(cause === "lasts" ? (isThere(model.sponsor) ? 0.7 : 0.3) : 0.1))
        plans.push({ at: now + 1 + chance.below(5), index, what: "renew" });
      if (cause === "unredeemed" && chance.is(0.3)) plans.push({ at: now + 1 + chance.below(3), index, what: "invite" });
    }
    if (change.what === "disabled") {
      complain(index, model.disabled(moment, cause));
      if (cause !== "lasts" && chance.is(0.3)) plans.push({ at: now + 1 + chance.below(20), index, what: "enable" });
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
      const { until: _, ...person } = newcomer;
      const row = {
        ...person,
        id,
        email,
        personId: `person-${index}`,
        letInAt: iso(now),
        arrivedAt: iso(now),
        sponsor: nameSponsor(index),
      };
      await life.accounts.change(id, (stored) => arrive(stored, row, day(now)));
      const account = { id, createdDateTime: iso(now), accountEnabled: true, mail: email, roles: [], userType: "Guest", sponsors: [] };
      life.directory.set(id, account);
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
    for (const { index, what } of plans.filter(({ at }) => at === now)) {
      const by = { kind: "console", name: models[index]?.sponsor ?? "" } as const;
      const account = life.directory.get(idOf(index + 1));
      if (what === "enable" && account !== undefined) account.accountEnabled = true;
      if (what === "invite") {
        count("invited again");
        models[index]?.invited(now);
        const detail = { personId: `person-${index}`, email: `p${index + 1}@contoso.com`, time: iso(now) };
        await life.work({ "detail-type": "invitation.sent.v1", detail });
      }
      const renew = (row: AccountRow | undefined) =>
        extendAccess(row, row && laterEnd(row, policy.lasts, day(now)), { by }, day(now), "renewed");
      if (what === "renew" && (await life.accounts.change(idOf(index + 1), renew)).ok) count("renewed by a sponsor");
    }
  }

  /** Sponsors offer guests, colleagues answer or do not, and an operator gives away the guests of who left. */
  async function actAsSponsors(): Promise<void> {
    for (const [index, { letIn }] of truths.entries()) {
      const { sponsor, offer } = models[index] as GuestModel;
      if (letIn >= now) continue;
      const say = { by: { kind: "console", name: sponsor } } as const;
      const change = async (transition: (row: AccountRow | undefined) => ReturnType<typeof offerGuest>) =>
        (await life.accounts.change(idOf(index + 1), transition)).ok;
      const colleague = nameSponsor(chance.below(sponsors));
      if (!isThere(sponsor)) {
        if (chance.is(0.1) && isThere(colleague)) await change((row) => changeSponsor(row, colleague, say, day(now)));
      } else if (offer === undefined) {
        if (chance.is(0.003) && colleague !== sponsor && isThere(colleague))
          await change((row) => offerGuest(row, colleague, say, day(now)));
      } else if (now >= offer.day + 14) {
        const isLate = await change((row) => endOffer(row, "offer-accepted", say, day(now)));
        complain(index, isLate ? "an offer is accepted after its days" : undefined);
      } else {
        complain(index, (await change((row) => offerGuest(row, colleague, say, day(now)))) ? "a guest is offered twice" : undefined);
        const answer = (
          [
            [0.05, "offer-accepted"],
            [0.03, "offer-refused"],
            [0.01, "offer-withdrawn"],
          ] as const
        ).find(([share]) => chance.is(share));
        if (answer !== undefined) await change((row) => endOffer(row, answer[1], say, day(now)));
      }
    }
  }

  function showSponsors(): void {
    life.settings.colleagues = Object.fromEntries(
      leavesOn.map((leaves, index) => [`lee${index}%40`, { id: nameSponsor(index), accountEnabled: now < leaves }]),
    );
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
      const { sponsor, sponsoredSince } = models[index] as GuestModel;
      const leaves = leavesOn[Number(/\d+/.exec(sponsor)?.[0])] ?? 0;
      // Entra takes no sponsor who left before the worker came to it.
      const inEntra = leaves > sponsoredSince + 10 ? life.directory.get(row.id)?.sponsors : undefined;
      const last = row.history.findLast(({ what }) => !/sponsored|offer|invited/.test(what));
      const isLeftAlone = last?.what === "skipped" && last.note !== ENABLED_ELSEWHERE;
      complain(index, models[index]?.sponsoredBy(now, row.sponsor, inEntra));
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
    showSponsors();
    life.at(now);
    moment = now;
    await answerMails();
    await actAsSponsors();
    for (const hour of [0, 0.05, 0.1, 0.15, 0.2]) {
      moment = today + hour;
      life.at(moment);
      await life.work();
      await confirmWaiting();
    }
    await judgeDay();
  }
  return { complaints, counts };
}
