import fc from "fast-check";
import { type DefaultTreeAdapterMap, parse } from "parse5";
import { asText } from "../../../../adapters/mail/render";
import type { Mail } from "../../../../adapters/mail/send";
import { type OwnMailTexts, sanitiseText } from "../../../../engine/mail/voice";
import { applicantMailTexts } from "../../../../features/approvals/applicant-mail-texts";
import type { ApprovalEvent, ApprovalRequested } from "../../../../features/approvals/build-event";
import { applicantMail } from "../../../../features/approvals/worker/applicant-mail";
import { type ApproverSettings, writeApproverMail } from "../../../../features/approvals/worker/write-approver-mail";
import { mailTexts } from "../../../../features/lists/mail-texts";
import { anyCharacter } from "../../../support/any-character";
import { requested, told } from "../mail-requests";

const settings: ApproverSettings = {
  ownTexts: {},
  approvers: ["it@contoso.com", "boss@contoso.com"],
  occasion: "new",
  language: "en",
  place: "--stack Gatehouse --region eu-west-1",
};
const toApprovers = (...requests: readonly ApprovalRequested[]) => writeApproverMail(requests, settings);
const toApplicant = (event: ApprovalEvent, ownTexts: OwnMailTexts = {}) =>
  applicantMail(event, { ownTexts, redirectUrl: "https://app.contoso.com/?a=1&b=2" });

type Node = DefaultTreeAdapterMap["node"];

/** What a browser makes of the HTML: elements with their attributes but for the style, and texts, in order. */
function read({ html }: Mail): {
  readonly elements: readonly string[];
  readonly texts: readonly string[];
  readonly errors: readonly string[];
} {
  const [elements, texts, errors]: string[][] = [[], [], []];
  const walk = (node: Node): void => {
    if ("tagName" in node)
      elements?.push([node.tagName, ...node.attrs.flatMap(({ name, value }) => (name === "style" ? [] : [`${name}=${value}`]))].join(" "));
    if (node.nodeName === "#text" && "value" in node) texts?.push(node.value);
    if (node.nodeName === "#comment") elements?.push("comment");
    if ("childNodes" in node) node.childNodes.forEach(walk);
  };
  walk(parse(html, { onParseError: ({ code }) => errors?.push(code) }));
  return { elements: elements ?? [], texts: (texts ?? []).filter((text) => text.trim() !== ""), errors: errors ?? [] };
}

describe("the mail to approvers", () => {
  it("names the gate if the gate has a name", () => {
    expect(toApprovers({ ...requested, gate: "suppliers" }).text).toContain("\nGate: suppliers\n");
    expect(toApprovers(requested).text).not.toContain("Gate:");
  });

  // html-to-text 10.0.1, by which mailparser 3.14.2 makes text of HTML, puts nothing between cells: the address was "E-mailkim@contoso.com".
  it("keeps a fact's label and value apart if a ticket system takes only the text of the HTML", () =>
    expect(toApprovers(requested).html.replace(/<[^>]+>/g, "")).toContain("E-mail kim@contoso.com\n"));

  it("says who asks, by when to answer, and how", () => {
    const { to, subject, text } = toApprovers(requested);
    expect(to).toEqual(settings.approvers);
    expect(subject).toBe("A sign-up request is waiting for your decision");
    expect(text.split("\n").slice(2)).toEqual([
      "Name: Kim Lee",
      "E-mail: kim@contoso.com",
      "Signed in with: google.\u200bcom",
      "Requested: June 15, 2026 at 12:00 UTC",
      "Due: June 29, 2026 at 12:00 UTC",
      "Reference: K7QD-9MXD",
      "",
      "  npm run gate -- approvals approve K7QD-9MXD --stack Gatehouse --region eu-west-1",
      "  npm run gate -- approvals deny K7QD-9MXD --stack Gatehouse --region eu-west-1",
      "",
    ]);
  });

  it.each([
    { asked: ["mina@contoso.com", "role:Security"], isShown: false },
    { asked: ["arn:aws:iam::111111111111:role/Desk"], isShown: true },
  ])("shows commands only if the command line may decide: a stage asks $asked", ({ asked, isShown }) => {
    const stage = { number: 1, of: 2, asked, need: 1, votes: 0 };
    expect(toApprovers({ ...requested, stage }).text.includes("approvals approve")).toBe(isShown);
  });

  it("separates several people clearly, so that nobody confuses their links", () => {
    const people = ["kim", "lee", "mina"].map((name) => ({ ...requested, requestId: name, email: `${name}@contoso.com` }));
    const links = new Map(people.map(({ requestId }) => [requestId, `https://decide.example/${requestId}`]));
    const about = (count: number) => writeApproverMail(people.slice(0, count), { ...settings, links });
    const order = ({ text }: Mail) => text.match(/\w+@contoso\.com|\/\w+$|^\* \* \*$/gm);
    expect(order(about(3))).toEqual(["kim@contoso.com", "/kim", "* * *", "lee@contoso.com", "/lee", "* * *", "mina@contoso.com", "/mina"]);
    expect(order(about(1))).toEqual(["kim@contoso.com", "/kim"]);
    expect(read(about(3)).elements.filter((element) => element === "table role=presentation" || element === "hr")).toEqual([
      "table role=presentation",
      "hr",
      "table role=presentation",
      "hr",
      "table role=presentation",
    ]);
    expect(read(about(1)).elements).not.toContain("hr");
  });

  it("warns of an unproven address", () => {
    const warning = mailTexts["requested.unproven"].en;
    expect(toApprovers(requested).text).not.toContain(warning);
    const unproven = toApprovers({ ...requested, emailProven: false });
    expect(unproven.text).toContain(warning);
    expect(read(unproven).texts).toContain(warning);
  });

  it("has no line for the name if the person has none", () => {
    const { displayName: _, ...nameless } = requested;
    expect(toApprovers(nameless).text).not.toContain("Name:");
  });

  it("can hold many requests, and says how many", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...requested, requestId: `${index}`, email: `kim${index}@contoso.com` }));
    const { subject, text } = toApprovers(...many);
    expect(subject).toBe("100 sign-up requests are waiting for your decision");
    for (const { email } of many) expect(text).toContain(`E-mail: ${email}\n`);
  });

  it("has a different subject and first line for each cause, in every language", () => {
    const occasions = ["new", "undo", "stage", "reassigned", "reminder", "escalation"] as const;
    for (const language of Object.keys(mailTexts["requested.text"])) {
      const mails = occasions.map((occasion) => writeApproverMail([requested], { ...settings, language, occasion }));
      expect(new Set(mails.map(({ subject }) => subject)).size).toBe(occasions.length);
      expect(new Set(mails.map(({ text }) => text.split("\n")[0])).size).toBe(occasions.length);
      for (const { subject } of mails.slice(1)) expect(subject).toContain("1");
    }
  });

  it("shows the attributes that the policy chooses, and the evidence of identity vendors", () => {
    const attributes = { jobTitle: "Global Administrator", extension_Desk: 7 };
    const verifications = [{ vendor: "acme", outcome: "review", code: "REFER", reference: "4712" }];
    const { text } = toApprovers({ ...requested, attributes, verifications });
    for (const line of ["Job title: Global Administrator", "Desk: 7", "Identity check: acme: review (code REFER, reference 4712)"])
      expect(text.toLowerCase()).toContain(`\n${line.toLowerCase()}\n`);
  });

  it.each([
    { how: "on-its-day", says: "Had access since March 1, 2026 at 08:00 UTC. It ended on its day, June 14, 2026 at 08:00 UTC." },
    { how: "idle", says: "It ended on June 14, 2026 at 08:00 UTC, as they had not signed in for a long time." },
    { how: "unredeemed", says: "It ended on June 14, 2026 at 08:00 UTC, as they had not accepted the invitation." },
    { how: "early", by: "Alice", says: "Alice ended it early: June 14, 2026" },
    { how: "not-renewed", by: "Mina", says: "It ended on June 14, 2026 at 08:00 UTC, as Mina did not renew it." },
  ] as const)("reports that access is to be renewed, and how the access ended: $how", ({ says, ...how }) => {
    const renews = { since: "2026-03-01T08:00:00.000Z", endedAt: "2026-06-14T08:00:00.000Z", ...how };
    expect(toApprovers({ ...requested, renews }).text).toMatch(new RegExp(`\nRenewal: .*${says.replaceAll(".", "\\.")}`));
    expect(toApprovers(requested).text).not.toContain("Renewal");
  });

  it("links to each request if the console's address has a place for its id", () => {
    const other = { ...requested, requestId: "b3RoZXItLS0tLS0tLS0tLS" };
    const { text } = writeApproverMail([requested, other], {
      ...settings,
      consoleUrl: "https://console.contoso.com/approvals/requests/{id}",
    });
    for (const { requestId } of [requested, other])
      expect(text).toContain(`:\nhttps://console.contoso.com/approvals/requests/${requestId}\n`);
    expect(text).not.toContain("{id}");
  });

  it("links to the console if there is one", () => {
    const mail = writeApproverMail([requested], { ...settings, consoleUrl: "https://console.contoso.com/?a=1&b=2" });
    expect(mail.text).toContain("Decide in the console:\nhttps://console.contoso.com/?a=1&b=2\n");
    expect(read(mail).elements).toContain("a href=https://console.contoso.com/?a=1&b=2");
  });

  it("shows one link as a button: the link that decides without signing in, or else the console's", () => {
    const consoleUrl = "https://console.contoso.com/";
    const links = new Map([[requested.requestId, "https://decide.contoso.com/?a=1"]]);
    const buttons = (mail: Mail) => [...mail.html.matchAll(/<a href="https:\/\/(\w+)[^"]*" style=/g)].map(([, host]) => host);
    expect(buttons(writeApproverMail([requested], { ...settings, consoleUrl, links }))).toEqual(["decide"]);
    expect(buttons(writeApproverMail([requested], { ...settings, consoleUrl }))).toEqual(["console"]);
  });

  it.each([
    { language: "de", says: "Eine Anfrage wartet auf Ihre Entscheidung", speaks: "html lang=de" },
    { language: "pt-PT", says: "Uma solicitação de inscrição aguarda sua decisão", speaks: "html lang=pt-BR" },
    { language: "fi", says: "A sign-up request is waiting for your decision", speaks: "html lang=en" },
  ])("has texts for approvers in $language", ({ language, says, speaks }) => {
    const mail = writeApproverMail([requested], { ...settings, language });
    expect(mail.subject).toBe(says);
    expect(read(mail).elements[0]).toBe(speaks);
  });

  it("has a one-line subject, whatever the policy's text is", () => {
    const ownTexts = { "requested.subject.one": { ko: "\n  새 가입 요청이\r\n  있습니다.\n" } };
    expect(writeApproverMail([requested], { ...settings, ownTexts, language: "ko" }).subject).toBe("새 가입 요청이 있습니다.");
  });

  it.each([
    { language: "ar", speaks: "html lang=ar dir=rtl" },
    { language: "he", speaks: "html lang=he dir=rtl" },
    { language: "pa-PK", speaks: "html lang=pa-PK dir=rtl" },
    { language: "pa", speaks: "html lang=pa" },
    { language: "th", speaks: "html lang=th" },
  ])("has the writing direction of $language if the policy adds that language", ({ language, speaks }) => {
    const ownTexts = { "requested.text": { [language]: "…" } };
    expect(read(writeApproverMail([requested], { ...settings, ownTexts, language })).elements[0]).toBe(speaks);
  });
});

const by = { kind: "cli", name: "arn:aws:iam::111111111111:user/kim" } as const;
const approved = { verdict: "approved", by, at: told.time, note: "our note" } as const;
const events = {
  created: { type: "account.created.v1", detail: { ...told, accountId: "11111111-1111-1111-1111-111111111111" } },
  invited: {
    type: "account.created.v1",
    detail: { ...told, accountId: "11111111-1111-1111-1111-111111111111", redeemUrl: "https://login.example/redeem?a=1&b=2" },
  },
  approved: { type: "approval.decided.v1", detail: { ...told, decision: approved, passUntil: "2026-06-22T12:00:00.000Z" } },
  denied: { type: "approval.decided.v1", detail: { ...told, decision: { ...approved, verdict: "denied" } } },
  expired: { type: "approval.expired.v1", detail: { ...told, from: "pending" } },
} as const satisfies Record<string, ApprovalEvent>;

describe("the mail to the person who asked", () => {
  it.each([
    { news: "created", link: "https://app.contoso.com/?a=1&b=2" },
    { news: "invited", link: "https://login.example/redeem?a=1&b=2" },
    { news: "approved", link: "https://app.contoso.com/?a=1&b=2" },
    { news: "denied", link: undefined },
    { news: "expired", link: undefined },
  ] as const)("reports the news $news in their language, with the link if there is one", ({ news, link }) => {
    const mail = toApplicant(events[news]);
    if (mail === undefined) throw new Error("There is no mail.");
    expect(mail.to).toEqual(["kim@contoso.com"]);
    expect(mail.subject).toBe(mailTexts[`${news}.subject`].ko);
    expect(mail.text).toContain(mailTexts[`${news}.text`].ko.split("{")[0]);
    expect(mail.text).toContain("K7QD-9MXD");
    const { elements, errors } = read(mail);
    expect(elements[0]).toBe("html lang=ko");
    expect(elements.filter((element) => element.startsWith("a "))).toEqual(link === undefined ? [] : [`a href=${link}`]);
    if (link !== undefined) expect(mail.text).toContain(`\n${link}\n`);
    expect(errors).toEqual([]);
    expect(`${mail.text}${mail.html}`).not.toMatch(/our note|\{until\}|iam/);
  });

  it.each(["en", "ko", "ja", "zh-Hans", "de", "fr", "es", "pt-BR"])("keeps the code where a ticket system cuts a mail: in %s", (locale) => {
    for (const event of Object.values(events)) {
      const { text = "" } = toApplicant({ ...event, detail: { ...event.detail, locales: [locale] } } as ApprovalEvent) ?? {};
      expect(text.split("\n-- \n")[0]).toContain("K7QD-9MXD");
    }
    expect(asText([{ kind: "small", text: "Reference: K7QD-9MXD" }])).toBe("Reference: K7QD-9MXD\n");
  });

  it("says until when an approval is valid", () => {
    expect(toApplicant({ ...events.approved, detail: { ...events.approved.detail, locales: ["en-GB"] } })?.text).toContain(
      "before June 22, 2026 at 12:00 UTC.",
    );
  });

  it.each<{ what: string; event: ApprovalEvent }>([
    { what: "a request", event: { type: "approval.requested.v1", detail: requested } },
    { what: "an approval whose account is to be made", event: { type: "approval.decided.v1", detail: { ...told, decision: approved } } },
    {
      what: "an account that could not be made",
      event: { type: "account.failed.v1", detail: { ...told, failure: { reason: "forbidden" } } },
    },
  ])("is not sent about $what", ({ event }) => expect(toApplicant(event)).toBeUndefined());

  it("can have texts that the operator wrote", () => {
    const ownTexts = { "denied.text": { nl: "Helaas.", en: "Sorry." }, "denied.subject": "Contoso" };
    const mail = (locales: readonly string[]) =>
      toApplicant({ ...events.denied, detail: { ...told, locales, decision: events.denied.detail.decision } }, ownTexts);
    expect(mail(["nl-NL"])).toMatchObject({
      subject: "Contoso",
      text: expect.stringMatching(/^Helaas\.\n/),
      html: expect.stringContaining('lang="nl"'),
    });
    expect(mail(["fi"])).toMatchObject({ text: expect.stringMatching(/^Sorry\.\n/), html: expect.stringContaining('lang="en"') });
    const korean = applicantMailTexts["denied.text"].ko;
    expect(mail(["ko"])).toMatchObject({ text: expect.stringContaining(korean), html: expect.stringContaining('lang="ko"') });
  });
});

describe("text that people type", () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(
        ..."<>&\"'`=/-! \r\n\t\0\u202e\u2066\u2028\u200f\ufeffab:.@{}",
        "</td>",
        "<!--",
        "]]>",
        "&lt;",
        "http://",
        "{count}",
      ),
      maxLength: 60,
    }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      "Kim\r\nBcc: all@contoso.com",
      '"><img src=x>',
      "</bdi></table><h1>Approved",
      "{count}",
      "$&$1",
    ),
  );
  const plain = read(toApprovers({ ...requested, displayName: "Kim" }));
  const plainLines = toApprovers({ ...requested, displayName: "Kim" }).text.split("\n");

  it("appears as text in the HTML, and adds no element, attribute or comment", () => {
    fc.assert(
      fc.property(hostile, (displayName) => {
        const { elements, texts, errors } = read(toApprovers({ ...requested, displayName }));
        expect(elements).toEqual(plain.elements);
        expect(errors).toEqual([]);
        expect(texts.filter((text) => text !== sanitiseText(displayName))).toEqual(plain.texts.filter((text) => text !== "Kim"));
        if (sanitiseText(displayName) !== "") expect(texts).toContain(sanitiseText(displayName));
      }),
      { numRuns: 500 },
    );
  });

  it("stays on one line of the text, and out of subject and recipients", () => {
    fc.assert(
      fc.property(hostile, (displayName) => {
        const { to, subject, text } = toApprovers({ ...requested, displayName });
        const lines = text.split(/[\n\r\v\f\u0085\u2028\u2029]/);
        expect(lines.filter((_, index) => index !== 2)).toEqual(plainLines.filter((_, index) => index !== 2));
        expect(lines[2]).toBe(`Name: ${sanitiseText(displayName)}`);
        expect({ to, subject }).toEqual({ to: settings.approvers, subject: "A sign-up request is waiting for your decision" });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { given: "a name", text: " Zoë  O'Brien-Łukasz ", becomes: "Zoë O'Brien-Łukasz" },
    { given: "a name from right to left", text: "محمد", becomes: "محمد" },
    { given: "joiners that belong to a name", text: "می\u200cخواهم", becomes: "می\u200cخواهم" },
    { given: "lines", text: "Kim\r\nDecision: approved\u2028x\u0085y", becomes: "Kim Decision: approved x y" },
    { given: "turned direction", text: "Kim\u202egnp.exe\u2066\u200f", becomes: "Kimgnp.\u200bexe" },
    { given: "half a character", text: "Kim\ud83d", becomes: "Kim\ufffd" },
    {
      given: "a link",
      text: "http://evil.example/x www.evil.example",
      becomes: "http:\u200b/\u200b/\u200bevil.\u200bexample/\u200bx www.\u200bevil.\u200bexample",
    },
    { given: "an initial", text: "J. R. Kim", becomes: "J. R. Kim" },
    { given: "too much", text: "😀".repeat(101), becomes: `${"😀".repeat(100)}…` },
    { given: "nothing", text: "\u202e\0 ", becomes: "" },
  ])("is harmless with $given", ({ text, becomes }) => expect(sanitiseText(text)).toBe(becomes));
});
