import { askTexts } from "../../../features/partners/client";
import { lookForRecord } from "../../../features/partners/store/changes";
import { cname, codes, type Saying, serveDns, soa, txt, types } from "../vendors/dns-double";

/** What a name server answers: texts, each of strings; a name to go on with; or an error. */
type Zone = Readonly<Record<string, readonly (readonly string[])[] | { readonly cname: string } | keyof typeof codes | "referral">>;

function saidBy(zone: Zone, name: string, type: number): Saying {
  const found = zone[name] ?? zone[`*.${name.split(".").slice(1).join(".")}`] ?? "noSuchName";
  if (found === "referral") return {};
  if (type === types.soa && typeof found === "object" && "cname" in found) return { answers: [cname(name, found.cname)] };
  if (type === types.soa && name === "contoso.com") return { answers: [soa()] };
  if (type === types.soa) return found === "noSuchName" && !name.endsWith("contoso.com") ? { code: codes.noSuchName } : {};
  if (typeof found === "string") return { code: codes[found] };
  if (!("cname" in found)) return { answers: found.map(txt) };
  const target = zone[found.cname];
  const texts = typeof target === "object" && !("cname" in target) ? target.map((each) => ({ ...txt(each), name: found.cname })) : [];
  return { answers: [cname(name, found.cname), ...texts] };
}

const TOKEN = "5f0e8f0f5f0e8f0f5f0e8f0f5f0e8f0f";
const VALUE = `gatehouse-partner=${TOKEN}`;
const OURS = "_gatehouse.contoso.com";
const long = (length: number) =>
  Array.from({ length: Math.ceil(length / 255) }, (_, index) => "x".repeat(Math.min(255, length - index * 255)));

it.each<{ what: string; zone: Zone; look: string }>([
  { what: "the record", zone: { [OURS]: [[VALUE]] }, look: "found" },
  { what: "the record in several strings", zone: { [OURS]: [[VALUE.slice(0, 9), VALUE.slice(9)]] }, look: "found" },
  { what: "the record in quotes", zone: { [OURS]: [[` "${VALUE}" `]] }, look: "found" },
  { what: "the record beside 4 KB of others", zone: { [OURS]: [long(4_096), ["v=spf1 -all"], [VALUE]] }, look: "found" },
  {
    what: "the record at the end of a CNAME",
    zone: { [OURS]: { cname: "proof.host.example" }, "proof.host.example": [[VALUE]] },
    look: "found",
  },
  { what: "a CNAME that leads nowhere", zone: { [OURS]: { cname: "gone.host.example" } }, look: "missing" },
  { what: "a text of 4 KB that begins as ours", zone: { [OURS]: [[VALUE, ...long(4_096)]] }, look: "missing" },
  { what: "another token", zone: { [OURS]: [[`gatehouse-partner=${"0".repeat(32)}`]] }, look: "missing" },
  { what: "the token in other letters", zone: { [OURS]: [[VALUE.toUpperCase()]] }, look: "missing" },
  { what: "no text", zone: { [OURS]: [] }, look: "missing" },
  { what: "no such name", zone: {}, look: "missing" },
  { what: "the record at the domain alone", zone: { "contoso.com": [[VALUE]] }, look: "missing" },
  { what: "a wildcard with the token", zone: { "*.contoso.com": [[VALUE]] }, look: "wildcard" },
  { what: "a wildcard CNAME", zone: { "*.contoso.com": { cname: "any.host.example" }, "any.host.example": [[VALUE]] }, look: "wildcard" },
  { what: "the record, and a wildcard of another text", zone: { [OURS]: [[VALUE]], "*.contoso.com": [["v=spf1 -all"]] }, look: "found" },
  { what: "the record, while other names fail", zone: { [OURS]: [[VALUE]], "*.contoso.com": "serverFailure" }, look: "failed" },
  { what: "a server that fails", zone: { [OURS]: "serverFailure" }, look: "failed" },
  {
    what: "a referral to other servers, by a forwarder without recursion",
    zone: { [OURS]: "referral", "contoso.com": "referral" },
    look: "failed",
  },
  {
    what: "a CNAME into a zone that a forwarder without recursion does not ask for",
    zone: { [OURS]: { cname: "proof.host.example" }, "proof.host.example": "referral", "host.example": "referral" },
    look: "failed",
  },
  {
    what: "two CNAMEs, the second into a zone that a forwarder without recursion does not ask for",
    zone: {
      [OURS]: { cname: "proof.contoso.com" },
      "proof.contoso.com": { cname: "proof.host.example" },
      "proof.host.example": "referral",
      "host.example": "referral",
    },
    look: "failed",
  },
  { what: "no text, of a server that then refuses", zone: { [OURS]: [], "contoso.com": "refused" }, look: "missing" },
  { what: "a server that refuses", zone: { [OURS]: "refused" }, look: "failed" },
])("a TXT lookup finds $what: $look", async ({ zone, look }) => {
  const { server, close } = await serveDns((name, type) => saidBy(zone, name, type));
  try {
    expect(await lookForRecord(askTexts([server]), { id: "contoso.com", token: TOKEN })).toBe(look);
  } finally {
    close();
  }
});

it("a TXT lookup finds the proof even if a packet is lost", async () => {
  let asked = 0;
  const { server, close } = await serveDns((name) => (++asked === 1 ? undefined : { answers: name === OURS ? [txt([VALUE])] : [] }));
  expect(await askTexts([server])(OURS)).toEqual({ kind: "found", texts: [VALUE] });
  close();
});

it("a TXT lookup reports a failure, instead of a missing proof, if the server does not answer", async () => {
  const ask = async () => ({ kind: "failed", why: "ETIMEOUT" }) as const;
  expect(await lookForRecord(ask, { id: "contoso.com", token: TOKEN })).toBe("failed");
});
