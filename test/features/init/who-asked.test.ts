import { askWho, readWho } from "../../../features/init/verbs/who-asked";

/** Types one line after the other. */
const typing = (...lines: string[]) => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return lines.shift() ?? expect.unreachable("asked once too often");
  };
  return { ask, asked };
};

describe("the question who may sign up, at a terminal", () => {
  it.each([
    { typed: ["1"], chosen: { who: "list", domains: [] } },
    { typed: ["2", "contoso.com fabrikam.com"], chosen: { who: "domains", domains: ["contoso.com", "fabrikam.com"] } },
    { typed: [" Open "], chosen: { who: "open", domains: [] } },
    { typed: ["5", "0", "who?", "invited"], chosen: { who: "invited", domains: [] } },
    { typed: ["2", "contoso", "contoso.com"], chosen: { who: "domains", domains: ["contoso.com"] } },
    { typed: ["2", "gmail.com", "contoso.com"], chosen: { who: "domains", domains: ["contoso.com"] } },
    { typed: [""], chosen: undefined },
  ])("accepts $typed", async ({ typed, chosen }) => {
    const { ask, asked } = typing(...typed);
    expect(await askWho(ask)).toEqual(chosen);
    expect(asked[0]).toContain("  2  Our domains, others approved\n");
    expect(asked).toHaveLength(typed.length);
  });

  it("ends without writing anything if no domain is typed, for example after Ctrl-D", async () => {
    await expect(askWho(typing("2", "").ask)).rejects.toThrow("nothing was written");
  });
});

describe("the options for who may sign up", () => {
  it.each([
    [{}, undefined],
    [{ who: "open" }, { who: "open", domains: [] }],
    [
      { who: "domains", domain: ["contoso.com", "@Fabrikam.com"] },
      { who: "domains", domains: ["contoso.com", "fabrikam.com"] },
    ],
  ] as const)("accept %j", (options, chosen) => expect(readWho(options)).toEqual(chosen));

  it.each([
    [{ who: "domains" }, "--who domains needs your domains: add --domain contoso.com"],
    [{ who: "domains", domain: ["x"] }, "--domain takes domains such as contoso.com, not x."],
    [{ who: "domains", domain: ["gmail.com", "contoso.com"] }, "Anybody gets an address at gmail.com: allow or invite"],
    [{ who: "domains", domain: ["mailinator.com"] }, "Anybody gets an address at mailinator.com: allow or invite"],
    [{ who: "list", domain: ["contoso.com"] }, "--domain goes with --who domains, not with list."],
  ] as const)("reject %j", (options, says) => expect(() => readWho(options)).toThrow(says));
});
