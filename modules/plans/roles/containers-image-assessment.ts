import { MDC_ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import type { RoleDefinition } from "../role";

export const containersImageAssessment: RoleDefinition = {
  key: "containersImageAssessment",
  description: "Vulnerability assessment of container images in Amazon ECR and ECR Public.",
  defaultName: () => "MDCContainersImageAssessmentRole",
  formerNames: [],
  nameFormat: MDC_ROLE_NAME,
  portalParameter: "MDCContainersImageAssessmentRoleName",
  ...trustedByMicrosoft(AUDIENCES.containers),
  permissions: (level) =>
    level === "default"
      ? {
          awsManagedPolicies: ["AmazonEC2ContainerRegistryPowerUser", "AmazonElasticContainerRegistryPublicPowerUser"],
          policies: [],
        }
      : {
          awsManagedPolicies: ["AmazonEC2ContainerRegistryReadOnly", "AmazonElasticContainerRegistryPublicReadOnly"],
          policies: [],
        },
  evidence: {
    name: "two or more sources",
    trust: "one source",
    audience: "two or more sources",
    default: "two or more sources",
    leastPrivilege: "two or more sources",
  },
  sources: ["TF24", "CPERM", "CNET", "PERM24", "OFFBOARD", "GCP"],
  risks: [
    {
      risk: "At default: AWS's power user policies push images to every repository, over existing tags where these are mutable.",
      remedy: "Choose leastPrivilege, or deny the writes. Gated deployment cannot publish its findings then.",
      statements: () => [
        {
          Sid: "NoImages",
          Effect: "Deny",
          Action: ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr-public:PutImage", "ecr-public:InitiateLayerUpload"],
          Resource: ["*"],
        },
      ],
    },
  ],
  notes: [
    "Documentation prose: gated deployment writes results back to the registry and also needs ecr:PutImage, ecr:BatchDeleteImage and the same of ecr-public; their resource scope is not published: add them as additional statements.",
  ],
};
