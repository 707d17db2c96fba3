import { sharedMailTexts } from "../../engine/mail/texts";
import type { RuleTexts } from "../../engine/messages/rule-texts";

/** Mail to colleagues about tasks that were assigned to them. */
export const mailTexts = {
  ...sharedMailTexts,
  "assigned.subject.one": {
    en: "A task was assigned to you",
    ko: "담당 업무가 지정되었습니다",
    ja: "担当の作業が割り当てられました",
    "zh-Hans": "有一项任务分配给了你",
    de: "Ihnen wurde eine Aufgabe zugewiesen",
    fr: "Une tâche vous a été attribuée",
    es: "Se le ha asignado una tarea",
    "pt-BR": "Uma tarefa foi atribuída a você",
  },
  "assigned.subject.many": {
    en: "{count} tasks were assigned to you",
    ko: "담당 업무 {count}건이 지정되었습니다",
    ja: "担当の作業が {count} 件割り当てられました",
    "zh-Hans": "有 {count} 项任务分配给了你",
    de: "Ihnen wurden {count} Aufgaben zugewiesen",
    fr: "{count} tâches vous ont été attribuées",
    es: "Se le han asignado {count} tareas",
    "pt-BR": "{count} tarefas foram atribuídas a você",
  },
  "assigned.text": {
    en: "A colleague assigned the following to you. Notes about it are in the console.",
    ko: "동료가 아래 업무를 지정했습니다. 관련 메모는 콘솔에서 볼 수 있습니다.",
    ja: "同僚が以下をあなたに割り当てました。メモはコンソールにあります。",
    "zh-Hans": "一位同事将以下事项分配给了你。相关备注在控制台中。",
    de: "Folgendes wurde Ihnen zugewiesen. Notizen dazu stehen in der Konsole.",
    fr: "Un collègue vous a attribué ce qui suit. Les notes se trouvent dans la console.",
    es: "Alguien de su equipo le ha asignado lo siguiente. Las notas están en la consola.",
    "pt-BR": "Um colega atribuiu a você o que segue. As notas estão no console.",
  },
  "label.task": {
    en: "Task",
    ko: "업무",
    ja: "作業",
    "zh-Hans": "任务",
    de: "Aufgabe",
    fr: "Tâche",
    es: "Tarea",
    "pt-BR": "Tarefa",
  },
  "label.by": {
    en: "Assigned by",
    ko: "지정한 사람",
    ja: "割り当てた人",
    "zh-Hans": "分配人",
    de: "Zugewiesen von",
    fr: "Attribuée par",
    es: "Asignada por",
    "pt-BR": "Atribuída por",
  },
} as const satisfies RuleTexts;
