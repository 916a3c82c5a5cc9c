import { arcAutomation } from "../plans";
import type { ArcAccount, ArcAutomationSettings } from "../plans";
import { withReferences } from "./cloudformation";
import type { TemplateResource } from "./cloudformation";

/** The automation that prepares instances for the Arc agent, in the StackSet's region. */
export function arcResources(
  account: ArcAccount,
  settings: ArcAutomationSettings,
  parameters: readonly string[],
  dependsOn: readonly string[],
): Record<string, TemplateResource> {
  const { documents, associations } = arcAutomation(account, settings);
  const documentId = (name: string): string => `Arc${name === documents[0]?.name ? "Attach" : "Update"}Document`;
  return Object.fromEntries([
    ...documents.map(({ name, targetType, content }) => [
      documentId(name),
      {
        Type: "AWS::SSM::Document",
        Properties: {
          Name: name,
          DocumentType: "Automation",
          DocumentFormat: "JSON",
          TargetType: targetType,
          UpdateMethod: "NewVersion",
          Content: withReferences(content, parameters),
        },
      },
    ]),
    ...associations.map((association) => [
      documentId(association.documentName).replace("Document", "Association"),
      {
        Type: "AWS::SSM::Association",
        DependsOn: [documentId(association.documentName), ...dependsOn],
        Properties: {
          Name: association.documentName,
          AssociationName: association.name,
          AutomationTargetParameterName: association.targetParameter,
          ScheduleExpression: association.schedule,
          Parameters: withReferences(
            Object.fromEntries(Object.entries(association.parameters).map(([name, value]) => [name, [value]])),
            parameters,
          ),
          Targets: association.targets.map(({ key, values }) => ({ Key: key, Values: values })),
        },
      },
    ]),
  ]) as Record<string, TemplateResource>;
}
