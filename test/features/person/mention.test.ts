import { normaliseEmail } from "../../../engine/sign-up/email";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { createMentionFinder } from "../../../features/person/store/trail";

const kim = "kim@contoso.com";
const of = (name: string) =>
  name.includes(":")
    ? createMentionFinder({ mailboxes: new Set(), ids: [name] })
    : createMentionFinder({ mailboxes: new Set([normaliseMailbox(name)]), ids: [] });

it.each<[name: string, texts: readonly string[]]>([
  [kim, [kim, "Kim@Contoso.com", " kim@contoso.com "]],
  ["kim@gmail.com", ["K.I.M+x@googlemail.com", "k.im@gmail.com"]],
  ["김@xn--3e0b707e.example", ["김@한국.example"]],
  ["r/kim@contoso.com", ["r/kim@contoso.com"]],
  ["issuer:google.com/1", ["issuer:google.com/1", "Issuer:Google.com/1"]],
])("the search is sure that each text mentions %s: %j", (name, texts) => {
  expect(texts.filter((text) => of(name)(text) !== "sure")).toEqual([]);
});

it.each<[name: string, texts: readonly string[]]>([
  [kim, ["asked by kim@contoso.com.", "a kim@contoso.com\nb", "'kim@contoso.com'", "mailto:kim@contoso.com", "<kim@contoso.com>"]],
  [kim, ["- kim@contoso.com, -kim@contoso.com", "by\nkim@contoso.com", "담당자：kim@contoso.com!", "(/kim@contoso.com)"]],
  [kim, ["kim@contoso.com/lee@contoso.com", "lee@contoso.com/kim@contoso.com", "issuer:mail/kim@contoso.com", "kim@contoso.com_x"]],
  [kim, ["kim@contoso.com님이 요청", "담당자 kim@contoso.com님께-확인ok", "tokim@contoso.com and kim@contoso.com"]],
  [kim, [..."/=?|!#$%&'*^`{}~"].flatMap((sign) => [`r${sign}kim@contoso.com`, `asked by r${sign}kim@contoso.com`])],
  [kim, ["담당자kim@contoso.com", "메모: 담당자kim@contoso.com님", "担当kim@contoso.com", "#kim@contoso.com", "/kim@contoso.com"]],
  [kim, [`https://x.example/?${"a".repeat(300)}=kim@contoso.com`]],
  ["kim@gmail.com", ["asked by K.I.M+x@googlemail.com"]],
  ["김@xn--3e0b707e.example", ["담당 김@한국.example에서"]],
  ["김@contoso.com", ["민김@contoso.com", "보낸 김@contoso.com"]],
  ["issuer:google.com/1", ["(issuer:google.com/1)", "issuer:google.com/1: no", "issuer:google.com/1184"]],
])("the search reports that each text may mention %s: %j", (name, texts) => {
  expect(texts.filter((text) => of(name)(text) !== "unsure")).toEqual([]);
});

it.each<[name: string, texts: readonly string[]]>([
  ["m@contoso.com", [kim, "k.m@contoso.com", "k+m@contoso.com", "k-m@contoso.com"]],
  [kim, ["tim@contoso.com.au", "kim@contoso.com.au", "kim@contoso.community", "kim@contoso.com-x.example", "kimo@contoso.com", "kim@"]],
  [kim, [..."+-._"].flatMap((sign) => [`r${sign}kim@contoso.com`, `asked by r${sign}kim@contoso.com`])],
  [kim, ["kim+x@contoso.com", "kim at contoso.com", "", "@", "@contoso.com", "김kım@contoso.com"]],
  ["r/kim@contoso.com", [kim, `asked by ${kim}`]],
])("the search does not find %s in any of the texts %j", (name, texts) => {
  expect(texts.filter(of(name))).toEqual([]);
});

describe("a search for an address behind any text", () => {
  const signs = [..."/=?|.+'%-!#$&*^`{}~_ \t\n\"(),:;<>@[]\\ra9é김漢ก", "lee@x.example", "mailto:"];
  const beside = signs.flatMap((one) => signs.map((other) => one + other));
  const mention = of(kim);
  const isOther = (before: string) => ![undefined, kim].includes(normaliseEmail(`${before}${kim}`));

  it.each([
    { where: "as a whole", before: "", others: beside.filter(isOther) },
    { where: "in a sentence", before: "by ", others: beside },
  ])("is never sure about another person's address $where", ({ before, others }) => {
    expect(others.length).toBeGreaterThan(300);
    expect(others.filter((each) => mention(`${before}${each}${kim}`) === "sure")).toEqual([]);
  });

  it("finds the address if the character before it cannot be part of an address", () => {
    const ends = beside.filter((each) => /[ \t\n"(),:;<>[\]\\]$/.test(each));
    expect(ends.filter((each) => mention(`${each}${kim}`) === undefined)).toEqual([]);
  });

  it("gives the same result for any text that follows", () => {
    const behind = [".", ", ", "님", "さん", ")", ">", "/", "?x=1", ":", "\n"];
    for (const each of signs) expect(new Set(behind.map((more) => mention(`- ${each}${kim}${more}`))).size).toBe(1);
  });
});
