import { defineRule } from "entra-gatehouse";

const seoul = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Seoul", weekday: "short", hour: "2-digit", hourCycle: "h23" });
const workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"];

/** From 9 to 18 on workdays in Seoul, when somebody can help. */
export const officeHours = defineRule({
  name: "office-hours",
  decide(_, { now }) {
    const { weekday = "", hour } = Object.fromEntries(seoul.formatToParts(now).map(({ type, value }) => [type, value]));
    if (workdays.includes(weekday) && Number(hour) >= 9 && Number(hour) < 18) return { kind: "continue" };
    return {
      kind: "block",
      reason: "office-hours.closed",
      message: {
        en: "You can sign up on workdays from 9:00 to 18:00, Korean time.",
        ko: "가입은 평일 9시부터 18시까지 가능합니다.",
      },
    };
  },
});
