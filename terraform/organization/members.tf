# Generated from cdktf-defender-for-cloud; a change here is lost.

locals {
  member_identity_provider = {
    EnsureIdentityProviderLog = {
      Type = "AWS::Logs::LogGroup"
      Properties = {
        RetentionInDays = 30
      }
    }
    EnsureIdentityProviderRole = {
      Type = "AWS::IAM::Role"
      Properties = {
        Description = "Adds the audiences of Microsoft Defender for Cloud to the account's identity providers."
        AssumeRolePolicyDocument = {
          Version = "2012-10-17"
          Statement = [
            {
              Effect = "Allow"
              Principal = {
                Service = ["lambda.amazonaws.com"]
              }
              Action = ["sts:AssumeRole"]
              Condition = {
                StringEqualsIfExists = {
                  "aws:SourceAccount" = [
                    {
                      Ref = "AWS::AccountId"
                    },
                  ]
                }
              }
            },
          ]
        }
        Policies = [
          {
            PolicyName = "EnsureIdentityProvider"
            PolicyDocument = {
              Version = "2012-10-17"
              Statement = [
                {
                  Effect = "Allow"
                  Action = [
                    "iam:AddClientIDToOpenIDConnectProvider",
                    "iam:CreateOpenIDConnectProvider",
                    "iam:GetOpenIDConnectProvider",
                    "iam:RemoveClientIDFromOpenIDConnectProvider",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/*/"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = [
                    "iam:TagOpenIDConnectProvider",
                    "iam:UntagOpenIDConnectProvider",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/*/"
                    },
                  ]
                  Condition = {
                    "ForAllValues:StringLike" = {
                      "aws:TagKeys" = ["DefenderForCloud/*"]
                    }
                  }
                },
                {
                  Effect   = "Allow"
                  Action   = ["iam:ListRoles"]
                  Resource = ["*"]
                },
                {
                  Effect = "Allow"
                  Action = [
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                  ]
                  Resource = [
                    {
                      "Fn::GetAtt" = [
                        "EnsureIdentityProviderLog",
                        "Arn",
                      ]
                    },
                  ]
                },
              ]
            }
          },
        ]
      }
    }
    EnsureIdentityProviderFunction = {
      Type = "AWS::Lambda::Function"
      Properties = {
        Description = "Ensures the identity providers that Microsoft Defender for Cloud signs in through."
        Runtime     = "nodejs22.x"
        Handler     = "index.handler"
        Role = {
          "Fn::GetAtt" = [
            "EnsureIdentityProviderRole",
            "Arn",
          ]
        }
        Timeout    = 120
        MemorySize = 256
        LoggingConfig = {
          LogGroup = {
            Ref = "EnsureIdentityProviderLog"
          }
        }
        Code = {
          ZipFile = "\"use strict\";Object.defineProperty(exports, \"__esModule\", { value: true });exports.handler = handler;const client_iam_1 = require(\"@aws-sdk/client-iam\");const iam = new client_iam_1.IAMClient({maxAttempts: 1,requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, socketTimeout: 5000, throwOnRequestTimeout: true },});const RESERVED = 60_000;const PAUSE = 15_000;const TAG = \"DefenderForCloud/\";const NOTHING_DONE = \"nothing-done\";const MAX_AUDIENCES = 100;const ANY = \"*\";let lambda;async function handler(event, context) {lambda = context;const { RequestType, PhysicalResourceId, ResourceProperties } = event;let id = PhysicalResourceId ?? NOTHING_DONE;let failure;try {if (RequestType === \"Delete\") {await persist(() => leave(event));}\nelse {await persist(async () => {const provider = await find(ResourceProperties.Arn);id = PhysicalResourceId ?? ResourceProperties.Arn;await join(event, provider);});id = ResourceProperties.Arn;}\n}\ncatch (error) {failure = RequestType === \"Delete\" && id === NOTHING_DONE ? undefined : String(error);}\nawait answer(event, id, failure);}\nasync function join(event, found) {const { Arn, Url, ClientIds, Thumbprint } = event.ResourceProperties;const claim = claimOf(event);if (!found) {const Tags = tagsOf(event, [claim, ...recordsOf(event, ClientIds)]);await send(new client_iam_1.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ClientIds, ThumbprintList: [Thumbprint], Tags }));return;}\nlet provider = found;if (!keysOf(provider).includes(claim)) {await send(new client_iam_1.TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, Tags: tagsOf(event, [claim]) }));provider = await find(Arn);}\nawait add(event, Arn, ClientIds, provider?.ClientIDList);}\nasync function add(event, Arn, audiences, present = []) {const target = { OpenIDConnectProviderArn: Arn };const missing = audiences.filter((audience) => !present.includes(audience));if (present.length + missing.length > MAX_AUDIENCES) {throw new Error(`$${Arn} has $${present.length} audiences and would need $${missing.length} more: IAM allows $${MAX_AUDIENCES}`);}\nconst records = recordsOf(event, missing);if (records.length > 0) {await send(new client_iam_1.TagOpenIDConnectProviderCommand({ ...target, Tags: tagsOf(event, records) }));}\nfor (const ClientID of missing) {await send(new client_iam_1.AddClientIDToOpenIDConnectProviderCommand({ ...target, ClientID }));}\n}\nasync function leave(event) {const id = event.PhysicalResourceId ?? NOTHING_DONE;const Arn = id.startsWith(\"arn:\") ? id : event.ResourceProperties.Arn;const target = { OpenIDConnectProviderArn: Arn };const claim = claimOf(event);const untag = (TagKeys) => send(new client_iam_1.UntagOpenIDConnectProviderCommand({ ...target, TagKeys }));const look = async () => {const provider = await find(Arn);const keys = keysOf(provider).filter((key) => key !== claim);const records = keys.filter((key) => audienceOf(key) !== \"\");return { present: provider?.ClientIDList ?? [], records, isClaimed: keys.length > records.length };};if (keysOf(await find(Arn)).includes(claim)) {await untag([claim]);}\nlet now = await look();const added = now.records.map(audienceOf);let removed = now.isClaimed ? [] : now.present.filter((audience) => added.includes(audience));if (removed.length > 0) {const kept = [...event.ResourceProperties.KeptClientIds, ...(await acceptedAudiences(Arn))];removed = kept.includes(ANY) ? [] : removed.filter((audience) => !kept.includes(audience));}\nfor (const ClientID of removed) {await send(new client_iam_1.RemoveClientIDFromOpenIDConnectProviderCommand({ ...target, ClientID }));}\nif (removed.length > 0) {await pause(PAUSE);now = await look();}\nif (now.isClaimed) {await add(event, Arn, [...new Set([...now.records.map(audienceOf), ...removed])], now.present);}\nelse if (now.records.length > 0) {await untag(now.records);}\n}\nasync function send(command) {if (lambda.getRemainingTimeInMillis() < RESERVED) {throw new Error(\"IAM was too slow: no time is left for another call\");}\nreturn iam.send(command);}\nfunction claimOf({ StackId }) {return TAG + StackId.slice(StackId.lastIndexOf(\"/\") + 1);}\nfunction recordsOf(event, audiences) {return audiences.map((audience) => `$${claimOf(event)}/$${audience}`);}\nfunction tagsOf({ StackId }, keys) {return keys.map((Key) => ({ Key, Value: StackId }));}\nfunction audienceOf(key) {return key.slice(TAG.length).replace(/^[^/]*\\/?/, \"\");}\nfunction keysOf(provider) {return (provider?.Tags ?? []).map(({ Key }) => Key).filter((key) => key.startsWith(TAG));}\nasync function find(arn) {try {return (await send(new client_iam_1.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })));}\ncatch (error) {if (error.name.startsWith(\"NoSuchEntity\")) {return undefined;}\nthrow error;}\n}\nasync function acceptedAudiences(arn) {const accepted = [];let marker;do {const page = await send(new client_iam_1.ListRolesCommand(marker === undefined ? {} : { Marker: marker }));for (const { AssumeRolePolicyDocument } of page.Roles ?? []) {const { Statement } = JSON.parse(decodeURIComponent(AssumeRolePolicyDocument ?? \"{}\"));for (const { Effect, Principal, Condition } of [Statement ?? []].flat()) {if (Effect === \"Allow\" && JSON.stringify([Principal]).includes(JSON.stringify(arn))) {accepted.push(...audiencesOf(Condition ?? {}, arn));}\n}\n}\nmarker = page.IsTruncated ? page.Marker : undefined;} while (marker !== undefined);return accepted;}\nfunction audiencesOf(condition, arn) {const key = `$${arn.split(\":oidc-provider/\")[1]}:aud`.toLowerCase();const audiences = Object.entries(condition)\n.filter(([operator]) => /^(ForAnyValue:)?String(Equals|Like)(IfExists)?$/.test(operator))\n.flatMap(([, tests]) => Object.entries(tests).flatMap(([name, values]) => (name.toLowerCase() === key ? values : [])));return audiences.length === 0 || audiences.some((audience) => /[*?$]/.test(audience)) ? [ANY] : audiences;}\nasync function persist(attempt) {for (let wait = 1000;; wait *= 2) {try {await attempt();return;}\ncatch (error) {console.error(error);if (wait > 8000) {throw error;}\n}\nawait pause(wait);}\n}\nasync function pause(milliseconds) {await new Promise((resolve) => setTimeout(resolve, milliseconds));}\nasync function answer(event, id, failure) {const { StackId, RequestId, LogicalResourceId } = event;const body = Buffer.from(JSON.stringify({Status: failure === undefined ? \"SUCCESS\" : \"FAILED\",Reason: failure?.slice(0, 1000),PhysicalResourceId: id,StackId,RequestId,LogicalResourceId,}));for (let attempt = 1;; attempt += 1) {try {const response = await fetch(event.ResponseURL, { method: \"PUT\", body, signal: AbortSignal.timeout(5000) });if (response.ok) {return;}\nthrow new Error(`CloudFormation did not take the answer: HTTP $${response.status}`);}\ncatch (error) {if (attempt === 3) {throw error;}\n}\n}\n}\n"
        }
      }
    }
    EnsuredIdentityProvider = {
      Type = "Custom::DefenderForCloudIdentityProvider"
      Properties = {
        ServiceToken = {
          "Fn::GetAtt" = [
            "EnsureIdentityProviderFunction",
            "Arn",
          ]
        }
        ServiceTimeout = "600"
        Arn = {
          "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
        }
        Url       = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
        ClientIds = local.audiences
        KeptClientIds = [
          "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e",
          "api://b7c1e142-0933-4310-ba00-8b28878bfece",
        ]
        Thumbprint = "626d44e704d1ceabe3bf0d53397464ac8080142c"
      }
    }
  }
  member_resources = {
    cspmMonitor = {
      CspmMonitorRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = merge(
          {
            RoleName = {
              Ref = "CspmMonitorAwsRoleName"
            }
            Description = "Read access for posture management (foundational CSPM): discovers and assesses all resources of the account."
            AssumeRolePolicyDocument = {
              Version = "2012-10-17"
              Statement = [
                {
                  Effect = "Allow"
                  Principal = {
                    Federated = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                      },
                    ]
                  }
                  Action = ["sts:AssumeRoleWithWebIdentity"]
                  Condition = {
                    StringLike = {
                      "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479"]
                      "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                    }
                  }
                },
              ]
            }
          },
          {
            for field, value in {
              ManagedPolicyArns = [
                {
                  "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"
                },
              ]
            } : field => value if var.access_level == "default"
          },
        )
      }
      CspmMonitorPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = {
            default        = "CspmMonitorAwsDenyPolicy"
            leastPrivilege = "CspmMonitorAwsPolicy"
          }[var.access_level]
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = {
              default = [
                {
                  Effect = "Deny"
                  Action = [
                    "consolidatedbilling:*",
                    "freetier:*",
                    "invoicing:*",
                    "payments:*",
                    "billing:*",
                    "tax:*",
                    "cur:*",
                  ]
                  Resource = ["*"]
                },
              ]
              leastPrivilege = [
                {
                  Effect = "Allow"
                  Action = [
                    "access-analyzer:ListAnalyzers",
                    "acm:DescribeCertificate",
                    "acm:ListCertificates",
                    "acm:ListTagsForCertificate",
                    "apigateway:GET",
                    "application-autoscaling:DescribeScalableTargets",
                    "appsync:ListGraphqlApis",
                    "autoscaling:DescribeAutoScalingGroups",
                    "cloudformation:DescribeStackInstance",
                    "cloudformation:DescribeStackSet",
                    "cloudformation:GetTemplate",
                    "cloudformation:ListStackInstances",
                    "cloudformation:ListStackResources",
                    "cloudformation:ListStacks",
                    "cloudformation:ListStackSets",
                    "cloudfront:DescribeFunction",
                    "cloudfront:GetDistribution",
                    "cloudfront:GetDistributionConfig",
                    "cloudfront:ListDistributions",
                    "cloudfront:ListTagsForResource",
                    "cloudtrail:DescribeTrails",
                    "cloudtrail:GetEventSelectors",
                    "cloudtrail:GetTrailStatus",
                    "cloudtrail:ListTags",
                    "cloudtrail:LookupEvents",
                    "cloudwatch:DescribeAlarms",
                    "cloudwatch:ListTagsForResource",
                    "codebuild:BatchGetProjects",
                    "codebuild:ListProjects",
                    "codebuild:ListSourceCredentials",
                    "config:DescribeConfigurationRecorders",
                    "config:DescribeConfigurationRecorderStatus",
                    "config:DescribeDeliveryChannels",
                    "dax:DescribeClusters",
                    "dax:ListTags",
                    "dms:DescribeReplicationInstances",
                    "dynamodb:DescribeContinuousBackups",
                    "dynamodb:DescribeTable",
                    "dynamodb:ListTables",
                    "dynamodb:ListTagsOfResource",
                    "ec2:DescribeAccountAttributes",
                    "ec2:DescribeAddresses",
                    "ec2:DescribeFlowLogs",
                    "ec2:DescribeImages",
                    "ec2:DescribeInstances",
                    "ec2:DescribeInstanceStatus",
                    "ec2:DescribeInstanceTypes",
                    "ec2:DescribeNetworkAcls",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeRegions",
                    "ec2:DescribeRouteTables",
                    "ec2:DescribeSecurityGroups",
                    "ec2:DescribeSnapshotAttribute",
                    "ec2:DescribeSnapshots",
                    "ec2:DescribeSubnets",
                    "ec2:DescribeVolumes",
                    "ec2:DescribeVpcEndpoints",
                    "ec2:DescribeVpcPeeringConnections",
                    "ec2:DescribeVpcs",
                    "ec2:GetEbsEncryptionByDefault",
                    "ecr:DescribeImages",
                    "ecr:DescribeRepositories",
                    "ecr:GetRegistryPolicy",
                    "ecr:GetRepositoryPolicy",
                    "ecs:DescribeServices",
                    "ecs:DescribeTaskDefinition",
                    "ecs:ListClusters",
                    "ecs:ListServices",
                    "ecs:ListTagsForResource",
                    "ecs:ListTaskDefinitions",
                    "eks:DescribeCluster",
                    "eks:DescribeNodegroup",
                    "eks:ListClusters",
                    "eks:ListNodegroups",
                    "elasticbeanstalk:DescribeConfigurationSettings",
                    "elasticbeanstalk:DescribeEnvironments",
                    "elasticfilesystem:DescribeFileSystems",
                    "elasticfilesystem:DescribeMountTargets",
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeLoadBalancerAttributes",
                    "elasticloadbalancing:DescribeLoadBalancerPolicies",
                    "elasticloadbalancing:DescribeLoadBalancers",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTags",
                    "elasticloadbalancing:DescribeTargetGroups",
                    "elasticloadbalancing:DescribeTargetHealth",
                    "elasticmapreduce:DescribeCluster",
                    "elasticmapreduce:ListClusters",
                    "es:DescribeElasticsearchDomain",
                    "es:DescribeElasticsearchDomains",
                    "es:ListDomainNames",
                    "es:ListTags",
                    "guardduty:ListDetectors",
                    "iam:GenerateCredentialReport",
                    "iam:GetAccessKeyLastUsed",
                    "iam:GetAccountPasswordPolicy",
                    "iam:GetAccountSummary",
                    "iam:GetPolicyVersion",
                    "iam:GetRole",
                    "iam:ListAccessKeys",
                    "iam:ListAccountAliases",
                    "iam:ListAttachedUserPolicies",
                    "iam:ListEntitiesForPolicy",
                    "iam:ListGroupsForUser",
                    "iam:ListInstanceProfiles",
                    "iam:ListMFADevices",
                    "iam:ListPolicies",
                    "iam:ListServerCertificates",
                    "iam:ListUserPolicies",
                    "iam:ListUsers",
                    "iam:ListVirtualMFADevices",
                    "kms:DescribeKey",
                    "kms:GetKeyPolicy",
                    "kms:GetKeyRotationStatus",
                    "kms:ListAliases",
                    "kms:ListKeyPolicies",
                    "kms:ListKeys",
                    "lambda:GetFunction",
                    "lambda:GetPolicy",
                    "lambda:ListFunctions",
                    "lambda:ListTags",
                    "logs:DescribeLogGroups",
                    "logs:DescribeMetricFilters",
                    "macie2:GetMacieSession",
                    "macie2:ListClassificationJobs",
                    "network-firewall:DescribeFirewall",
                    "network-firewall:DescribeFirewallPolicy",
                    "network-firewall:DescribeLoggingConfiguration",
                    "network-firewall:DescribeResourcePolicy",
                    "network-firewall:DescribeRuleGroup",
                    "network-firewall:DescribeRuleGroupMetadata",
                    "network-firewall:ListFirewallPolicies",
                    "network-firewall:ListFirewalls",
                    "network-firewall:ListRuleGroups",
                    "network-firewall:ListTagsForResource",
                    "rds:DescribeDBClusters",
                    "rds:DescribeDBClusterSnapshotAttributes",
                    "rds:DescribeDBClusterSnapshots",
                    "rds:DescribeDBInstances",
                    "rds:DescribeDBSnapshotAttributes",
                    "rds:DescribeDBSnapshots",
                    "rds:DescribeEventSubscriptions",
                    "rds:DescribeExportTasks",
                    "redshift:DescribeClusterParameterGroups",
                    "redshift:DescribeClusterParameters",
                    "redshift:DescribeClusters",
                    "redshift:DescribeLoggingStatus",
                    "resource-explorer-2:ListTagsForResource",
                    "route53:ListHostedZones",
                    "route53:ListResourceRecordSets",
                    "route53domains:ListDomains",
                    "s3:GetAccountPublicAccessBlock",
                    "s3:GetBucketAcl",
                    "s3:GetBucketLocation",
                    "s3:GetBucketLogging",
                    "s3:GetBucketPolicy",
                    "s3:GetBucketPolicyStatus",
                    "s3:GetBucketPublicAccessBlock",
                    "s3:GetBucketTagging",
                    "s3:GetBucketVersioning",
                    "s3:GetEncryptionConfiguration",
                    "s3:GetObjectAcl",
                    "s3:GetObjectTagging",
                    "s3:GetReplicationConfiguration",
                    "s3:ListAllMyBuckets",
                    "s3:ListBucket",
                    "sagemaker:DescribeNotebookInstance",
                    "sagemaker:GetSearchSuggestions",
                    "sagemaker:ListNotebookInstances",
                    "sagemaker:Search",
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetResourcePolicy",
                    "secretsmanager:ListSecrets",
                    "sns:GetTopicAttributes",
                    "sns:ListSubscriptions",
                    "sns:ListTagsForResource",
                    "sns:ListTopics",
                    "sqs:GetQueueAttributes",
                    "sqs:ListQueues",
                    "sqs:ListQueueTags",
                    "ssm:DescribeInstanceInformation",
                    "ssm:DescribeParameters",
                    "ssm:ListResourceComplianceSummaries",
                    "ssm:ListTagsForResource",
                    "sts:GetCallerIdentity",
                    "waf-regional:GetLoggingConfiguration",
                    "waf-regional:GetPermissionPolicy",
                    "waf-regional:GetRule",
                    "waf-regional:GetRuleGroup",
                    "waf-regional:GetSampledRequests",
                    "waf-regional:GetWebACL",
                    "waf-regional:GetWebACLForResource",
                    "waf:GetLoggingConfiguration",
                    "waf:GetWebACL",
                    "waf:ListWebACLs",
                    "wafv2:ListResourcesForWebACL",
                    "wafv2:ListWebACLs",
                  ]
                  Resource = ["*"]
                },
              ]
            }[var.access_level]
          }
          Roles = [
            {
              Ref = "CspmMonitorRole"
            },
          ]
        }
      }
    }
    agentlessScanner = {
      AgentlessScannerRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "DefenderForServersVmScannerRoleName"
          }
          Description = "Agentless machine scanning: takes, tags, copies, shares and deletes EBS snapshots and manages one KMS key for encrypted disks."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://AzureSecurityCenter.MultiCloud.DefenderForServers.VmScanner"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      AgentlessScannerPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "AzureSecurityCenter_DefenderForServers_VmScanner"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Sid    = "VmScannerDeleteSnapshotAccess"
                Effect = "Allow"
                Action = ["ec2:DeleteSnapshot"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ec2:*::snapshot/*"
                  },
                ]
                Condition = {
                  StringEquals = {
                    "ec2:ResourceTag/CreatedBy" = ["Microsoft Defender for Cloud"]
                  }
                }
              },
              {
                Sid    = "VmScannerAccess"
                Effect = "Allow"
                Action = [
                  "ec2:ModifySnapshotAttribute",
                  "ec2:DeleteTags",
                  "ec2:CreateTags",
                  "ec2:CreateSnapshots",
                  "ec2:CopySnapshot",
                  "ec2:CreateSnapshot",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ec2:*:*:instance/*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ec2:*::snapshot/*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ec2:*:*:volume/*"
                  },
                ]
              },
              {
                Sid    = "VmScannerVerificationAccess"
                Effect = "Allow"
                Action = [
                  "ec2:DescribeSnapshots",
                  "ec2:DescribeInstanceStatus",
                ]
                Resource = ["*"]
              },
              {
                Sid    = "VmScannerEncryptionKeyCreation"
                Effect = "Allow"
                Action = [
                  "kms:CreateKey",
                  "kms:ListKeys",
                ]
                Resource = ["*"]
              },
              {
                Sid    = "VmScannerEncryptionKeyManagement"
                Effect = "Allow"
                Action = [
                  "kms:TagResource",
                  "kms:GetKeyRotationStatus",
                  "kms:PutKeyPolicy",
                  "kms:GetKeyPolicy",
                  "kms:CreateAlias",
                  "kms:ListResourceTags",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:kms:*:$${AWS::AccountId}:key/*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:kms:*:$${AWS::AccountId}:alias/DefenderForCloudKey"
                  },
                ]
              },
              {
                Sid    = "VmScannerEncryptionKeyUsage"
                Effect = "Allow"
                Action = [
                  "kms:GenerateDataKeyWithoutPlaintext",
                  "kms:DescribeKey",
                  "kms:RetireGrant",
                  "kms:CreateGrant",
                  "kms:ReEncryptFrom",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:kms:*:$${AWS::AccountId}:key/*"
                  },
                ]
              },
            ]
          }
          Roles = [
            {
              Ref = "AgentlessScannerRole"
            },
          ]
        }
      }
    }
    sensitiveDataDiscovery = {
      SensitiveDataDiscoveryRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "SensitiveDataDiscoveryRoleName"
          }
          Description = "Reads S3 objects to find sensitive data, including objects encrypted with KMS keys."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://b2f86835-c959-461c-b08c-2cd5ca382af5"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
          ManagedPolicyArns = [
            {
              "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"
            },
          ]
        }
      }
      SensitiveDataDiscoveryPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "AzureSecurityCenter_SensitiveDataDiscovery"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect   = "Allow"
                Action   = ["kms:Decrypt"]
                Resource = ["*"]
              },
            ]
          }
          Roles = [
            {
              Ref = "SensitiveDataDiscoveryRole"
            },
          ]
        }
      }
    }
    dataSecurityPostureDb = {
      DataSecurityPostureDbRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "DataSecurityPostureDbRoleName"
          }
          Description = "Data security posture of RDS: copies automated snapshots for scanning, manages its own copies and KMS keys."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://AzureSecurityCenter.MultiCloud.DefenderForDatabases"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      DataSecurityPostureDbPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "AzureSecurityCenter_DatabasesDspm"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = [
                  "rds:DescribeDBInstances",
                  "rds:DescribeDBClusters",
                  "rds:DescribeDBClusterSnapshots",
                  "rds:DescribeDBSnapshots",
                  "rds:CopyDBSnapshot",
                  "rds:CopyDBClusterSnapshot",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:cluster:*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:db:*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:snapshot:*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:cluster-snapshot:*"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = [
                  "rds:DescribeDBClusterParameters",
                  "rds:DescribeDBParameters",
                  "rds:DescribeOptionGroups",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:pg:*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:og:*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:cluster-pg:*"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = [
                  "rds:DeleteDBSnapshot",
                  "rds:DeleteDBClusterSnapshot",
                  "rds:ModifyDBSnapshotAttribute",
                  "rds:ModifyDBClusterSnapshotAttribute",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:snapshot:defenderfordatabases*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:rds:*:$${AWS::AccountId}:cluster-snapshot:defenderfordatabases*"
                  },
                ]
              },
              {
                Effect   = "Allow"
                Action   = ["kms:ListAliases"]
                Resource = ["*"]
              },
              {
                Effect   = "Allow"
                Action   = ["kms:CreateGrant"]
                Resource = ["*"]
                Condition = {
                  StringLike = {
                    "kms:ViaService" = ["rds.*.amazonaws.com"]
                  }
                  StringEquals = {
                    "kms:CallerAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = [
                  "kms:CreateKey",
                  "kms:TagResource",
                  "kms:ListGrants",
                  "kms:DescribeKey",
                  "kms:PutKeyPolicy",
                  "kms:Encrypt",
                  "kms:CreateGrant",
                  "kms:EnableKey",
                  "kms:CancelKeyDeletion",
                  "kms:DisableKey",
                  "kms:ScheduleKeyDeletion",
                  "kms:UpdateAlias",
                  "kms:UpdateKeyDescription",
                ]
                Resource = ["*"]
                Condition = {
                  "ForAnyValue:StringLike" = {
                    "aws:TagKeys" = ["DefenderForDatabases*"]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = ["kms:CreateAlias"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:kms:*:$${AWS::AccountId}:alias/DefenderForDatabases*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:kms:*:$${AWS::AccountId}:key/*"
                  },
                ]
              },
            ]
          }
          Roles = [
            {
              Ref = "DataSecurityPostureDbRole"
            },
          ]
        }
      }
    }
    containersAgentlessDiscovery = {
      ContainersAgentlessDiscoveryRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "MDCContainersAgentlessDiscoveryK8sRoleName"
          }
          Description = "Agentless discovery of EKS clusters: reads clusters, opens the restricted public endpoint to Defender, creates access entries."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://6610e979-c931-41ec-adc7-b9920c9d52f1"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      ContainersAgentlessDiscoveryPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "MDCContainersAgentlessDiscoveryK8sPolicy"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = {
              default = [
                {
                  Effect = "Allow"
                  Action = [
                    "eks:UpdateClusterConfig",
                    "eks:DescribeCluster",
                    "eks:CreateAccessEntry",
                    "eks:ListAccessEntries",
                    "eks:AssociateAccessPolicy",
                    "eks:ListAssociatedAccessPolicies",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:eks:*:$${AWS::AccountId}:*"
                    },
                  ]
                },
              ]
              leastPrivilege = [
                {
                  Effect = "Allow"
                  Action = [
                    "eks:UpdateClusterConfig",
                    "eks:DescribeCluster",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:eks:*:$${AWS::AccountId}:*"
                    },
                  ]
                },
              ]
            }[var.access_level]
          }
          Roles = [
            {
              Ref = "ContainersAgentlessDiscoveryRole"
            },
          ]
        }
      }
    }
    containersImageAssessment = {
      ContainersImageAssessmentRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "MDCContainersImageAssessmentRoleName"
          }
          Description = "Vulnerability assessment of container images in Amazon ECR and ECR Public."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://6610e979-c931-41ec-adc7-b9920c9d52f1"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
          ManagedPolicyArns = {
            default = [
              {
                "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"
              },
              {
                "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonElasticContainerRegistryPublicPowerUser"
              },
            ]
            leastPrivilege = [
              {
                "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
              },
              {
                "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"
              },
            ]
          }[var.access_level]
        }
      }
    }
    defenderForServers = {
      DefenderForServersRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "DefenderForServersRoleName"
          }
          Description = "Just-in-time network access: reads and changes security groups of EC2 instances."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://AzureSecurityCenter.MultiCloud.DefenderForServers"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      DefenderForServersPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "MicrosoftDefenderForCloud_DefenderForServers"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Sid    = "JitNetworkAccess"
                Effect = "Allow"
                Action = [
                  "ec2:RevokeSecurityGroupIngress",
                  "ec2:AuthorizeSecurityGroupIngress",
                  "ec2:DescribeInstances",
                  "ec2:DescribeSecurityGroupRules",
                  "ec2:DescribeVpcs",
                  "ec2:CreateSecurityGroup",
                  "ec2:DeleteSecurityGroup",
                  "ec2:ModifyNetworkInterfaceAttribute",
                  "ec2:ModifySecurityGroupRules",
                  "ec2:ModifyInstanceAttribute",
                  "ec2:DescribeSubnets",
                  "ec2:DescribeSecurityGroups",
                ]
                Resource = ["*"]
              },
            ]
          }
          Roles = [
            {
              Ref = "DefenderForServersRole"
            },
          ]
        }
      }
    }
    arcAutoProvisioning = {
      ArcAutoProvisioningRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "ArcAutoProvisioningRoleName"
          }
          Description = "Installs the Azure Arc agent on EC2 instances by sending Systems Manager run commands."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://AzureSecurityCenter.MultiCloud.DefenderForServers"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      ArcAutoProvisioningPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "DefenderForCloud_ArcAutoProvisioning"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Sid    = "RunInstallationCommands"
                Effect = "Allow"
                Action = ["ssm:SendCommand"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*::document/AWS-RunPowerShellScript"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*::document/AWS-RunShellScript"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ec2:*:$${AWS::AccountId}:instance/*"
                  },
                ]
              },
              {
                Sid    = "CheckInstallationCommandStatus"
                Effect = "Allow"
                Action = [
                  "ssm:CancelCommand",
                  "ssm:DescribeInstanceInformation",
                  "ssm:GetCommandInvocation",
                ]
                Resource = ["*"]
              },
            ]
          }
          Roles = [
            {
              Ref = "ArcAutoProvisioningRole"
            },
          ]
        }
      }
    }
    arcHostManagement = {
      ArcHostManagementRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            "Fn::Sub" = "AWS-MDCSetup-HostMgmtRole-$${AWS::Region}-MDCSetup"
          }
          Description = "Automation role of Systems Manager: gives EC2 instances an instance profile through which the Arc agent is installed."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Service = ["ssm.amazonaws.com"]
                }
                Action = ["sts:AssumeRole"]
                Condition = {
                  StringEquals = {
                    "aws:SourceAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                  ArnLike = {
                    "aws:SourceArn" = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:$${AWS::AccountId}:automation-execution/*"
                      },
                    ]
                  }
                }
              },
            ]
          }
        }
      }
      ArcHostManagementPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "SSMHostMgmt-CreateAndAttachRoleInlinePolicy"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = [
                  "iam:ListRoles",
                  "config:DescribeConfigurationRecorders",
                  "compute-optimizer:GetEnrollmentStatus",
                  "support:DescribeTrustedAdvisorChecks",
                ]
                Resource = ["*"]
              },
              {
                Effect = "Allow"
                Action = [
                  "ssm:UpdateServiceSetting",
                  "ssm:GetServiceSetting",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsitem/ssm-patchmanager"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsitem/EC2"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/ExplorerOnboarded"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/Association"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/ComputeOptimizer"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/ConfigCompliance"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/OpsData-TrustedAdvisor"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:ssm:*:*:servicesetting/ssm/opsdata/SupportCenterCase"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = ["iam:CreateServiceLinkedRole"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::*:role/aws-service-role/ssm.$${AWS::URLSuffix}/AWSServiceRoleForAmazonSSM"
                  },
                ]
                Condition = {
                  StringLike = {
                    "iam:AWSServiceName" = [
                      {
                        "Fn::Sub" = "ssm.$${AWS::URLSuffix}"
                      },
                    ]
                  }
                }
              },
            ]
          }
          Roles = [
            {
              Ref = "ArcHostManagementRole"
            },
          ]
        }
      }
      ArcHostManagementPolicy2 = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = {
            "Fn::Sub" = "AWS-MDCSetup-SSMHostMgmt-CreateAndAttachRoleInlinePolicy-$${AWS::Region}-MDCSetup"
          }
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = [
                  "ssm:GetAutomationExecution",
                  "ec2:DescribeIamInstanceProfileAssociations",
                  "ec2:DisassociateIamInstanceProfile",
                  "ec2:DescribeInstances",
                  "ssm:StartAutomationExecution",
                  "iam:GetInstanceProfile",
                  "iam:ListInstanceProfilesForRole",
                ]
                Resource = ["*"]
              },
              {
                Effect   = "Allow"
                Action   = ["iam:AttachRolePolicy"]
                Resource = ["*"]
                Condition = {
                  ArnEquals = {
                    "iam:PolicyARN" = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
                      },
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMPatchAssociation"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = ["iam:AddRoleToInstanceProfile"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"
                  },
                ]
              },
              {
                Effect   = "Allow"
                Action   = ["ec2:AssociateIamInstanceProfile"]
                Resource = ["*"]
                Condition = {
                  StringEquals = {
                    "ec2:NewInstanceProfile" = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = ["iam:CreateInstanceProfile"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = ["iam:GetRole"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AmazonSSMRoleForInstancesMDCSetup"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AWS-MDCSetup-HostMgmtRole-$${AWS::Region}-MDCSetup"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = ["iam:PassRole"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AmazonSSMRoleForInstancesMDCSetup"
                  },
                ]
                Condition = {
                  StringEquals = {
                    "iam:PassedToService" = [
                      {
                        "Fn::Sub" = "ec2.$${AWS::URLSuffix}"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = ["iam:PassRole"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AWS-MDCSetup-HostMgmtRole-$${AWS::Region}-MDCSetup"
                  },
                ]
                Condition = {
                  StringEquals = {
                    "iam:PassedToService" = [
                      {
                        "Fn::Sub" = "ssm.$${AWS::URLSuffix}"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Action = ["iam:CreateRole"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AmazonSSMRoleForInstancesMDCSetup"
                  },
                ]
              },
            ]
          }
          Roles = [
            {
              Ref = "ArcHostManagementRole"
            },
          ]
        }
      }
      ArcAttachDocument = {
        Type = "AWS::SSM::Document"
        Properties = {
          Name           = "DefenderForCloud-CreateAndAttachIAMToInstance-MDCSetup"
          DocumentType   = "Automation"
          DocumentFormat = "JSON"
          TargetType     = "/AWS::EC2::Instance"
          UpdateMethod   = "NewVersion"
          Content = {
            schemaVersion = "0.3"
            description   = "Gives an EC2 instance an instance profile through which Systems Manager reaches it."
            assumeRole    = "{{ AutomationAssumeRole }}"
            parameters = {
              AutomationAssumeRole = {
                type        = "String"
                description = "ARN of the role that the automation assumes."
              }
              InstanceId = {
                type        = "String"
                description = "The instance."
              }
              IsPolicyAttachAllowed = {
                type = "String"
                allowedValues = [
                  "true",
                  "false",
                ]
                description = "Whether policies may be attached to the role of an instance profile that exists already."
              }
            }
            mainSteps = [
              {
                name   = "getInstanceProfile"
                action = "aws:executeScript"
                inputs = {
                  Runtime = "python3.11"
                  Handler = "instance_profile"
                  InputPayload = {
                    InstanceId = "{{ InstanceId }}"
                  }
                  Script = "import boto3\n\n\ndef instance_profile(events, context):\n    reservations = boto3.client(\"ec2\").describe_instances(InstanceIds=[events[\"InstanceId\"]])[\"Reservations\"]\n    profile = reservations[0][\"Instances\"][0].get(\"IamInstanceProfile\")\n    return {\"name\": profile[\"Arn\"].split(\"/\")[-1] if profile else \"NoProfile\"}\n"
                }
                outputs = [
                  {
                    Name     = "Name"
                    Selector = "$.Payload.name"
                    Type     = "String"
                  },
                ]
                nextStep = "branchOnInstanceProfile"
              },
              {
                name   = "branchOnInstanceProfile"
                action = "aws:branch"
                inputs = {
                  Choices = [
                    {
                      Variable     = "{{ getInstanceProfile.Name }}"
                      StringEquals = "NoProfile"
                      NextStep     = "createRoleIfMissing"
                    },
                  ]
                  Default = "branchOnPolicyAttachAllowed"
                }
              },
              {
                name   = "branchOnPolicyAttachAllowed"
                action = "aws:branch"
                inputs = {
                  Choices = [
                    {
                      Variable     = "{{ IsPolicyAttachAllowed }}"
                      StringEquals = "true"
                      NextStep     = "getRoleOfInstanceProfile"
                    },
                  ]
                  Default = "createRoleIfMissing"
                }
              },
              {
                name   = "getRoleOfInstanceProfile"
                action = "aws:executeAwsApi"
                inputs = {
                  Service             = "iam"
                  Api                 = "GetInstanceProfile"
                  InstanceProfileName = "{{ getInstanceProfile.Name }}"
                }
                outputs = [
                  {
                    Name     = "RoleName"
                    Selector = "$.InstanceProfile.Roles[0].RoleName"
                    Type     = "String"
                  },
                ]
                nextStep = "attachAmazonSSMManagedInstanceCoreToExistingRole"
              },
              {
                name   = "attachAmazonSSMManagedInstanceCoreToExistingRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "{{ getRoleOfInstanceProfile.RoleName }}"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
                  }
                }
                nextStep = "attachAmazonSSMPatchAssociationToExistingRole"
              },
              {
                name   = "attachAmazonSSMPatchAssociationToExistingRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "{{ getRoleOfInstanceProfile.RoleName }}"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMPatchAssociation"
                  }
                }
                isEnd = true
              },
              {
                name      = "createRoleIfMissing"
                action    = "aws:executeAwsApi"
                onFailure = "Continue"
                inputs = {
                  Service     = "iam"
                  Api         = "CreateRole"
                  RoleName    = "AmazonSSMRoleForInstancesMDCSetup"
                  Path        = "/"
                  Description = "Lets Systems Manager reach EC2 instances, for Microsoft Defender for Cloud"
                  AssumeRolePolicyDocument = {
                    "Fn::Sub" = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ec2.$${AWS::URLSuffix}\"]},\"Action\":[\"sts:AssumeRole\"],\"Condition\":{\"StringEqualsIfExists\":{\"aws:SourceAccount\":[\"$${AWS::AccountId}\"]}}}]}"
                  }
                }
                nextStep = "assertRoleExists"
              },
              {
                name   = "assertRoleExists"
                action = "aws:assertAwsResourceProperty"
                inputs = {
                  Service          = "iam"
                  Api              = "GetRole"
                  RoleName         = "AmazonSSMRoleForInstancesMDCSetup"
                  PropertySelector = "$.Role.RoleName"
                  DesiredValues    = ["AmazonSSMRoleForInstancesMDCSetup"]
                }
                nextStep = "attachAmazonSSMManagedInstanceCoreToOwnRole"
              },
              {
                name   = "attachAmazonSSMManagedInstanceCoreToOwnRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "AmazonSSMRoleForInstancesMDCSetup"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
                  }
                }
                nextStep = "attachAmazonSSMPatchAssociationToOwnRole"
              },
              {
                name   = "attachAmazonSSMPatchAssociationToOwnRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "AmazonSSMRoleForInstancesMDCSetup"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMPatchAssociation"
                  }
                }
                nextStep = "createInstanceProfileIfMissing"
              },
              {
                name      = "createInstanceProfileIfMissing"
                action    = "aws:executeAwsApi"
                onFailure = "Continue"
                inputs = {
                  Service             = "iam"
                  Api                 = "CreateInstanceProfile"
                  InstanceProfileName = "AmazonSSMRoleForInstancesMDCSetup"
                }
                nextStep = "addRoleToInstanceProfile"
              },
              {
                name      = "addRoleToInstanceProfile"
                action    = "aws:executeAwsApi"
                onFailure = "Continue"
                inputs = {
                  Service             = "iam"
                  Api                 = "AddRoleToInstanceProfile"
                  InstanceProfileName = "AmazonSSMRoleForInstancesMDCSetup"
                  RoleName            = "AmazonSSMRoleForInstancesMDCSetup"
                }
                nextStep = "attachInstanceProfile"
              },
              {
                name           = "attachInstanceProfile"
                action         = "aws:executeAutomation"
                maxAttempts    = 10
                timeoutSeconds = 60
                inputs = {
                  DocumentName = "AWS-AttachIAMToInstance"
                  RuntimeParameters = {
                    RoleName             = "AmazonSSMRoleForInstancesMDCSetup"
                    ForceReplace         = false
                    AutomationAssumeRole = "{{ AutomationAssumeRole }}"
                    InstanceId           = "{{ InstanceId }}"
                  }
                }
                isEnd = true
              },
            ]
          }
        }
      }
      ArcUpdateDocument = {
        Type = "AWS::SSM::Document"
        Properties = {
          Name           = "DefenderForCloud-UpdateExistingInstanceProfile-MDCSetup"
          DocumentType   = "Automation"
          DocumentFormat = "JSON"
          TargetType     = "/AWS::EC2::Instance"
          UpdateMethod   = "NewVersion"
          Content = {
            schemaVersion = "0.3"
            description   = "Lets Systems Manager reach the instances of an existing instance profile."
            assumeRole    = "{{ AutomationAssumeRole }}"
            parameters = {
              AutomationAssumeRole = {
                type        = "String"
                description = "ARN of the role that the automation assumes."
              }
              InstanceId = {
                type        = "String"
                description = "The instance."
              }
              InstanceProfile = {
                type        = "String"
                description = "Name of the instance profile."
              }
            }
            mainSteps = [
              {
                name   = "getRoleOfInstanceProfile"
                action = "aws:executeAwsApi"
                inputs = {
                  Service             = "iam"
                  Api                 = "GetInstanceProfile"
                  InstanceProfileName = "{{ InstanceProfile }}"
                }
                outputs = [
                  {
                    Name     = "RoleName"
                    Selector = "$.InstanceProfile.Roles[0].RoleName"
                    Type     = "String"
                  },
                ]
                nextStep = "attachAmazonSSMManagedInstanceCoreToExistingRole"
              },
              {
                name   = "attachAmazonSSMManagedInstanceCoreToExistingRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "{{ getRoleOfInstanceProfile.RoleName }}"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
                  }
                }
                nextStep = "attachAmazonSSMPatchAssociationToExistingRole"
              },
              {
                name   = "attachAmazonSSMPatchAssociationToExistingRole"
                action = "aws:executeAwsApi"
                inputs = {
                  Service  = "iam"
                  Api      = "AttachRolePolicy"
                  RoleName = "{{ getRoleOfInstanceProfile.RoleName }}"
                  PolicyArn = {
                    "Fn::Sub" = "arn:$${AWS::Partition}:iam::aws:policy/AmazonSSMPatchAssociation"
                  }
                }
                isEnd = true
              },
            ]
          }
        }
      }
      ArcAttachAssociation = {
        Type = "AWS::SSM::Association"
        DependsOn = [
          "ArcAttachDocument",
          "ArcHostManagementRole",
          "ArcHostManagementPolicy",
          "ArcHostManagementPolicy2",
        ]
        Properties = {
          Name                          = "DefenderForCloud-CreateAndAttachIAMToInstance-MDCSetup"
          AssociationName               = "AWS-MDCSetup-SSMHostMgmt-AttachIAMToInstance-MDCSetup"
          AutomationTargetParameterName = "InstanceId"
          ScheduleExpression            = "rate(30 days)"
          Parameters = {
            AutomationAssumeRole = [
              {
                "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/AWS-MDCSetup-HostMgmtRole-$${AWS::Region}-MDCSetup"
              },
            ]
            IsPolicyAttachAllowed = ["true"]
          }
          Targets = [
            {
              Key    = "InstanceIds"
              Values = ["*"]
            },
          ]
        }
      }
    }
    containersK8s = {
      ContainersK8sRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "MDCContainersK8sRoleName"
          }
          Description = "Sets up the EKS audit log pipeline per cluster (log subscription, Firehose, S3, SQS) and provisions cluster components."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://6610e979-c931-41ec-adc7-b9920c9d52f1"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      ContainersK8sPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "SecurityCenterKubernetesPolicy"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = {
              default = [
                {
                  Effect = "Allow"
                  Action = [
                    "logs:PutSubscriptionFilter",
                    "logs:DescribeSubscriptionFilters",
                    "logs:DescribeLogGroups",
                    "logs:PutRetentionPolicy",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:logs:*:$${AWS::AccountId}:log-group:*:*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["firehose:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/ms-defender-*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["iam:PassRole"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/msdefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/DefenderForCloud-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/$${AzureDefenderCloudWatchToKinesisRoleName}"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/$${MDCContainersK8sKinesisToS3RoleName}"
                    },
                  ]
                  Condition = {
                    StringLike = {
                      "iam:PassedToService" = [
                        "logs.amazonaws.com",
                        "logs.*.amazonaws.com",
                        "firehose.amazonaws.com",
                      ]
                    }
                  }
                },
                {
                  Effect = "Allow"
                  Action = [
                    "eks:UpdateClusterConfig",
                    "eks:DescribeCluster",
                    "eks:CreateAccessEntry",
                    "eks:ListAccessEntries",
                    "eks:AssociateAccessPolicy",
                    "eks:ListAssociatedAccessPolicies",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:eks:*:$${AWS::AccountId}:*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["sqs:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:ms-defender-*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["s3:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:s3:::azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:s3:::ms-defender-*"
                    },
                  ]
                  Condition = {
                    StringEqualsIfExists = {
                      "aws:ResourceAccount" = [
                        {
                          Ref = "AWS::AccountId"
                        },
                      ]
                    }
                  }
                },
              ]
              leastPrivilege = [
                {
                  Effect = "Allow"
                  Action = [
                    "logs:PutSubscriptionFilter",
                    "logs:DescribeSubscriptionFilters",
                    "logs:DescribeLogGroups",
                    "logs:PutRetentionPolicy",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:logs:*:$${AWS::AccountId}:log-group:*:*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["firehose:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/ms-defender-*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["iam:PassRole"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/$${AzureDefenderCloudWatchToKinesisRoleName}"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:role/$${MDCContainersK8sKinesisToS3RoleName}"
                    },
                  ]
                  Condition = {
                    StringLike = {
                      "iam:PassedToService" = [
                        "logs.amazonaws.com",
                        "logs.*.amazonaws.com",
                        "firehose.amazonaws.com",
                      ]
                    }
                  }
                },
                {
                  Effect = "Allow"
                  Action = [
                    "eks:UpdateClusterConfig",
                    "eks:DescribeCluster",
                  ]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:eks:*:$${AWS::AccountId}:*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["sqs:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:ms-defender-*"
                    },
                  ]
                },
                {
                  Effect = "Allow"
                  Action = ["s3:*"]
                  Resource = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:s3:::azuredefender-*"
                    },
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:s3:::ms-defender-*"
                    },
                  ]
                  Condition = {
                    StringEqualsIfExists = {
                      "aws:ResourceAccount" = [
                        {
                          Ref = "AWS::AccountId"
                        },
                      ]
                    }
                  }
                },
              ]
            }[var.access_level]
          }
          Roles = [
            {
              Ref = "ContainersK8sRole"
            },
          ]
        }
      }
    }
    containersDataCollection = {
      ContainersDataCollectionRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "AzureDefenderKubernetesScubaReaderRoleName"
          }
          Description = "Reads EKS audit logs from the SQS queues and S3 buckets of the pipeline."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  AWS = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::197857026523:user/azuredefender-eks"
                    },
                  ]
                }
                Action = ["sts:AssumeRole"]
                Condition = {
                  StringEquals = {
                    "sts:ExternalId" = [
                      {
                        Ref = "AzureDefenderKubernetesScubaReaderRoleStsExternalId"
                      },
                    ]
                  }
                }
              },
              {
                Effect = "Allow"
                Principal = {
                  Federated = [
                    {
                      "Fn::Sub" = "arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
                    },
                  ]
                }
                Action = ["sts:AssumeRoleWithWebIdentity"]
                Condition = {
                  StringLike = {
                    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/:aud" = ["api://1462b192-27f7-4cb9-8523-0f4ecb54b47e"]
                    "sts:RoleSessionName"                                       = ["MicrosoftDefenderForClouds_${var.entra_tenant_id}"]
                  }
                }
              },
            ]
          }
        }
      }
      ContainersDataCollectionPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "AzureDefenderKubernetesScubaReader"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = [
                  "sqs:ReceiveMessage",
                  "sqs:DeleteMessage",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:azuredefender-*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:sqs:*:$${AWS::AccountId}:ms-defender-*"
                  },
                ]
              },
              {
                Effect = "Allow"
                Action = [
                  "s3:GetObject",
                  "s3:GetBucketLocation",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:s3:::azuredefender-*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:s3:::ms-defender-*"
                  },
                ]
                Condition = {
                  StringEquals = {
                    "aws:ResourceAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                }
              },
            ]
          }
          Roles = [
            {
              Ref = "ContainersDataCollectionRole"
            },
          ]
        }
      }
    }
    containersCloudWatchToKinesis = {
      ContainersCloudWatchToKinesisRole = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "AzureDefenderCloudWatchToKinesisRoleName"
          }
          Description = "Service role: CloudWatch Logs writes EKS audit logs to the Firehose streams of the pipeline."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Service = ["logs.amazonaws.com"]
                }
                Action = ["sts:AssumeRole"]
                Condition = {
                  StringEquals = {
                    "aws:SourceAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                  ArnLike = {
                    "aws:SourceArn" = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:logs:*:$${AWS::AccountId}:*"
                      },
                    ]
                  }
                }
              },
            ]
          }
        }
      }
      ContainersCloudWatchToKinesisPolicy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "SecurityCenterCloudWatchToKinesis"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = ["firehose:*"]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/azuredefender-*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/ms-defender-*"
                  },
                ]
              },
            ]
          }
          Roles = [
            {
              Ref = "ContainersCloudWatchToKinesisRole"
            },
          ]
        }
      }
    }
    containersKinesisToS3 = {
      ContainersKinesisToS3Role = {
        Type      = "AWS::IAM::Role"
        DependsOn = ["EnsuredIdentityProvider"]
        Properties = {
          RoleName = {
            Ref = "MDCContainersK8sKinesisToS3RoleName"
          }
          Description = "Service role: Firehose writes EKS audit logs to the S3 buckets of the pipeline."
          AssumeRolePolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Principal = {
                  Service = ["firehose.amazonaws.com"]
                }
                Action = ["sts:AssumeRole"]
                Condition = {
                  StringEquals = {
                    "sts:ExternalId" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                  StringEqualsIfExists = {
                    "aws:SourceAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                  ArnLikeIfExists = {
                    "aws:SourceArn" = [
                      {
                        "Fn::Sub" = "arn:$${AWS::Partition}:firehose:*:$${AWS::AccountId}:deliverystream/*"
                      },
                    ]
                  }
                }
              },
            ]
          }
        }
      }
      ContainersKinesisToS3Policy = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          ManagedPolicyName = "SecurityCenterKinesisToS3Policy"
          PolicyDocument = {
            Version = "2012-10-17"
            Statement = [
              {
                Effect = "Allow"
                Action = [
                  "s3:AbortMultipartUpload",
                  "s3:GetBucketLocation",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:ListBucketMultipartUploads",
                  "s3:PutObject",
                ]
                Resource = [
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:s3:::azuredefender-*"
                  },
                  {
                    "Fn::Sub" = "arn:$${AWS::Partition}:s3:::ms-defender-*"
                  },
                ]
                Condition = {
                  StringEquals = {
                    "aws:ResourceAccount" = [
                      {
                        Ref = "AWS::AccountId"
                      },
                    ]
                  }
                }
              },
            ]
          }
          Roles = [
            {
              Ref = "ContainersKinesisToS3Role"
            },
          ]
        }
      }
    }
  }
  member_parameters = {
    cspmMonitor = {
      CspmMonitorAwsRoleName = {
        Type           = "String"
        Description    = "Name of the role cspmMonitor; the connector has the same."
        Default        = "CspmMonitorAws"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    agentlessScanner = {
      DefenderForServersVmScannerRoleName = {
        Type           = "String"
        Description    = "Name of the role agentlessScanner; the connector has the same."
        Default        = "DefenderForCloud-AgentlessScanner"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    sensitiveDataDiscovery = {
      SensitiveDataDiscoveryRoleName = {
        Type           = "String"
        Description    = "Name of the role sensitiveDataDiscovery; the connector has the same."
        Default        = "SensitiveDataDiscovery"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    dataSecurityPostureDb = {
      DataSecurityPostureDbRoleName = {
        Type           = "String"
        Description    = "Name of the role dataSecurityPostureDb; the connector has the same."
        Default        = "DefenderForCloud-DataSecurityPostureDB"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    containersAgentlessDiscovery = {
      MDCContainersAgentlessDiscoveryK8sRoleName = {
        Type           = "String"
        Description    = "Name of the role containersAgentlessDiscovery; the connector has the same."
        Default        = "MDCContainersAgentlessDiscoveryK8sRole"
        AllowedPattern = "^MDC[-_a-zA-Z0-9]{1,61}$"
      }
    }
    containersImageAssessment = {
      MDCContainersImageAssessmentRoleName = {
        Type           = "String"
        Description    = "Name of the role containersImageAssessment; the connector has the same."
        Default        = "MDCContainersImageAssessmentRole"
        AllowedPattern = "^MDC[-_a-zA-Z0-9]{1,61}$"
      }
    }
    defenderForServers = {
      DefenderForServersRoleName = {
        Type           = "String"
        Description    = "Name of the role defenderForServers; the connector has the same."
        Default        = "DefenderForCloud-DefenderForServers"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    arcAutoProvisioning = {
      ArcAutoProvisioningRoleName = {
        Type           = "String"
        Description    = "Name of the role arcAutoProvisioning; the connector has the same."
        Default        = "DefenderForCloud-ArcAutoProvisioning"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    arcHostManagement = {}
    containersK8s = {
      MDCContainersK8sRoleName = {
        Type           = "String"
        Description    = "Name of the role containersK8s; the connector has the same."
        Default        = "MDCContainersK8sRole"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    containersDataCollection = {
      AzureDefenderKubernetesScubaReaderRoleName = {
        Type           = "String"
        Description    = "Name of the role containersDataCollection; the connector has the same."
        Default        = "MDCContainersK8sDataCollectionRole"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
      AzureDefenderKubernetesScubaReaderRoleStsExternalId = {
        Type        = "String"
        Description = "External id that Microsoft's container log reader presents; the connector has the same."
      }
    }
    containersCloudWatchToKinesis = {
      AzureDefenderCloudWatchToKinesisRoleName = {
        Type           = "String"
        Description    = "Name of the role containersCloudWatchToKinesis; the connector has the same."
        Default        = "MDCContainersK8sCloudWatchToKinesisRole"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
    containersKinesisToS3 = {
      MDCContainersK8sKinesisToS3RoleName = {
        Type           = "String"
        Description    = "Name of the role containersKinesisToS3; the connector has the same."
        Default        = "MDCContainersK8sKinesisToS3Role"
        AllowedPattern = "^[-_a-zA-Z0-9]{1,64}$"
      }
    }
  }
  member_parameter_values = {
    cspmMonitor = {
      CspmMonitorAwsRoleName = "CspmMonitorAws"
    }
    agentlessScanner = {
      DefenderForServersVmScannerRoleName = "DefenderForCloud-AgentlessScanner"
    }
    sensitiveDataDiscovery = {
      SensitiveDataDiscoveryRoleName = "SensitiveDataDiscovery"
    }
    dataSecurityPostureDb = {
      DataSecurityPostureDbRoleName = "DefenderForCloud-DataSecurityPostureDB"
    }
    containersAgentlessDiscovery = {
      MDCContainersAgentlessDiscoveryK8sRoleName = "MDCContainersAgentlessDiscoveryK8sRole"
    }
    containersImageAssessment = {
      MDCContainersImageAssessmentRoleName = "MDCContainersImageAssessmentRole"
    }
    defenderForServers = {
      DefenderForServersRoleName = "DefenderForCloud-DefenderForServers"
    }
    arcAutoProvisioning = {
      ArcAutoProvisioningRoleName = "DefenderForCloud-ArcAutoProvisioning"
    }
    arcHostManagement = {}
    containersK8s = {
      MDCContainersK8sRoleName = "MDCContainersK8sRole"
    }
    containersDataCollection = {
      AzureDefenderKubernetesScubaReaderRoleName          = "MDCContainersK8sDataCollectionRole"
      AzureDefenderKubernetesScubaReaderRoleStsExternalId = one(terraform_data.data_collection_external_id[*].output)
    }
    containersCloudWatchToKinesis = {
      AzureDefenderCloudWatchToKinesisRoleName = "MDCContainersK8sCloudWatchToKinesisRole"
    }
    containersKinesisToS3 = {
      MDCContainersK8sKinesisToS3RoleName = "MDCContainersK8sKinesisToS3Role"
    }
  }
  member_template = {
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "Microsoft Defender for Cloud: what the selected plans need in a member account"
    Parameters               = merge([for role in local.roles : local.member_parameters[role]]...)
    Resources                = merge(local.member_identity_provider, merge([for role in local.roles : local.member_resources[role]]...))
  }
}
