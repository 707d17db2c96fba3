import { beforeCreateUser, defineRule } from "entra-gatehouse";

// What a forgotten await leaves behind, by the person's job title.

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const hasty = defineRule({
  name: "hasty",
  refuses: "people whose title throws",
  async decide({ attributes }) {
    const block = () => {
      throw new Error("kim@contoso.com is blocked");
    };
    if (attributes.jobTitle === "throws") ["a"].forEach(async () => block());
    if (attributes.jobTitle === "throws later") ["a"].forEach(async () => await sleep(800).then(block));
    if (attributes.jobTitle === "slow") await sleep(1_200);
    return { kind: "continue" };
  },
});

export default beforeCreateUser([hasty]);
