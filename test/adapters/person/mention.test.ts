import { mentionOf } from "../../../adapters/person/mention";

it.each([
  ["kim@contoso.com", ["kim@contoso.com", "Kim@Contoso.com", "asked by kim@contoso.com.", "a kim@contoso.com\nb", "'kim@contoso.com'"]],
  ["kim@contoso.com", ["kim@contoso.com님이 요청", "담당자kim@contoso.com", "kim@contoso.com/lee@contoso.com", "mailto:kim@contoso.com"]],
  [
    "kim@contoso.com",
    ["by\nkim@contoso.com", "tokim@contoso.com and kim@contoso.com", "<kim@contoso.com>", "- kim@contoso.com, -kim@contoso.com"],
  ],
  ["issuer:google.com/1", ["issuer:google.com/1", "(issuer:google.com/1)", "issuer:google.com/1: no"]],
  ["a+b(c)@x.example", ["a+b(c)@x.example"]],
])("finds %s in %j", (name, texts) => {
  expect(texts.filter((text) => !mentionOf([name])(text))).toEqual([]);
});

it.each([
  ["m@contoso.com", ["kim@contoso.com", "k.m@contoso.com", "k+m@contoso.com", "k-m@contoso.com", "ém@contoso.com", "o'm@contoso.com"]],
  [
    "kim@contoso.com",
    ["tim@contoso.com.au", "kim@contoso.com.au", "kim@contoso.community", "kim@contoso.com-x.example", "kimo@contoso.com"],
  ],
  ["kim@contoso.com", [..."!#$%&'*+-.^_`{}~"].map((sign) => `asked by r${sign}kim@contoso.com`)],
  ["김@contoso.com", ["민김@contoso.com"]],
  ["issuer:google.com/1", ["issuer:google.com/1184", "issuer:google.com/1-8", "issuer:google.com/1/8", "issuer:google.com/1.8"]],
  ["a.b@x.example", ["acb@x.example"]],
])("does not take %s for any of %j", (name, texts) => {
  expect(texts.filter(mentionOf([name]))).toEqual([]);
});
