import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "age.too-young": {
    meaning: { en: "the person is younger than the policy's minimum age", ko: "정책의 최소 나이보다 어립니다" },
    remedy: {
      en: "Only a lower age in the policy (minimumAge) lets them in. Somebody who mistyped the date may try again a day later; deleting the row age/… of the ledger lets them try at once.",
      ko: "정책의 나이(minimumAge)를 낮추지 않는 한 가입할 수 없습니다. 날짜를 잘못 입력했다면 하루 뒤 다시 시도할 수 있고, 원장의 age/… 행을 삭제하면 바로 시도할 수 있습니다.",
    },
  },
  "age.second-date": {
    meaning: {
      en: "the person typed another date of birth within a day; by the first date they are too young",
      ko: "지난 하루 안에 입력한 생년월일로는 나이가 모자라는데 다른 날짜를 입력했습니다",
    },
    remedy: {
      en: "They may try again a day after the first date. If they mistyped that one, delete the ledger's row that the record names: then they may try at once.",
      ko: "첫 날짜를 입력하고 하루가 지나면 다시 시도할 수 있습니다. 날짜를 잘못 입력한 것이라면 기록에 나온 원장의 행을 삭제하세요. 바로 다시 시도할 수 있습니다.",
    },
  },
  "age.unreadable-date": {
    meaning: {
      en: "the date of birth is unreadable, or ambiguous where it matters",
      ko: "생년월일을 읽을 수 없거나, 두 날짜로 읽을 수 있고 그중 하나는 나이가 모자랍니다",
    },
    remedy: {
      en: "The person has to write the date with the year first, like 1999-12-31.",
      ko: "1999-12-31처럼 연도부터 날짜를 입력해야 합니다.",
    },
  },
};
