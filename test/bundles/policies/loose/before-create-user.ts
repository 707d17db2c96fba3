import { beforeCreateUser, defineRule, pass } from "entra-gatehouse";

// What a forgotten await leaves behind, by the person's job title.

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const hasty = defineRule(
  "hasty",
  async ({ signUp: { attributes } }) => {
    const block = () => {
      throw new Error("kim@contoso.com is blocked");
    };
    if (attributes.jobTitle === "throws") ["a"].forEach(async () => block());
    if (attributes.jobTitle === "throws later") ["a"].forEach(async () => await sleep(800).then(block));
    if (attributes.jobTitle === "slow") await sleep(1_200);
    return pass();
  },
  { refuses: "people whose title throws" },
);

export default beforeCreateUser([hasty]);
