# Generated from cdktf-defender-for-cloud; a change here is lost.

resource "aws_iam_openid_connect_provider" "identity_provider" {
  count           = var.identity_provider_mode == "create" ? 1 : 0
  client_id_list  = local.audiences
  thumbprint_list = ["626d44e704d1ceabe3bf0d53397464ac8080142c"]
  url             = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
  depends_on      = [terraform_data.identity_provider_mode_at_first_apply]

  lifecycle {
    precondition {
      condition     = length([for role in data.aws_iam_role.identity_provider_sentinel_roles : role.name if strcontains(role.assume_role_policy, "oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/")]) == 0
      error_message = "Microsoft Sentinel uses the identity provider of this account (${join(", ", [for role in data.aws_iam_role.identity_provider_sentinel_roles : role.name if strcontains(role.assume_role_policy, "oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/")])}), so it already exists and must keep Sentinel's audience: set identity_provider_mode to \"verify\". If mode \"verify\" does not find it, it was deleted and these roles are left over: restore it with \"aws iam create-open-id-connect-provider --url https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/ --client-id-list api://1462b192-27f7-4cb9-8523-0f4ecb54b47e api://b7c1e142-0933-4310-ba00-8b28878bfece --thumbprint-list 626d44e704d1ceabe3bf0d53397464ac8080142c\" and keep mode \"verify\"; or, if Sentinel is no longer connected, delete these roles and keep mode \"create\"."
    }
  }
}

resource "aws_iam_policy" "agentless_scanner_policy" {
  count = contains(local.roles, "agentlessScanner") ? 1 : 0
  name  = "AzureSecurityCenter_DefenderForServers_VmScanner"
  path  = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "VmScannerDeleteSnapshotAccess"
        Effect   = "Allow"
        Action   = ["ec2:DeleteSnapshot"]
        Resource = ["arn:aws:ec2:*::snapshot/*"]
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
          "arn:aws:ec2:*:*:instance/*",
          "arn:aws:ec2:*::snapshot/*",
          "arn:aws:ec2:*:*:volume/*",
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
          "arn:aws:kms:*:${var.aws_account_id}:key/*",
          "arn:aws:kms:*:${var.aws_account_id}:alias/DefenderForCloudKey",
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
        Resource = ["arn:aws:kms:*:${var.aws_account_id}:key/*"]
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "arc_auto_provisioning_policy" {
  count = contains(local.roles, "arcAutoProvisioning") ? 1 : 0
  name  = "DefenderForCloud_ArcAutoProvisioning"
  path  = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "RunInstallationCommands"
        Effect = "Allow"
        Action = ["ssm:SendCommand"]
        Resource = [
          "arn:aws:ssm:*::document/AWS-RunPowerShellScript",
          "arn:aws:ssm:*::document/AWS-RunShellScript",
          "arn:aws:ec2:*:${var.aws_account_id}:instance/*",
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
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "arc_host_management_policy_2" {
  count = contains(local.roles, "arcHostManagement") ? 1 : 0
  name  = "AWS-MDCSetup-SSMHostMgmt-CreateAndAttachRoleInlinePolicy-${var.aws_region}-MDCSetup"
  path  = "/"
  policy = jsonencode({
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
              "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
              "arn:aws:iam::aws:policy/AmazonSSMPatchAssociation",
            ]
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["iam:AddRoleToInstanceProfile"]
        Resource = ["arn:aws:iam::${var.aws_account_id}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"]
      },
      {
        Effect   = "Allow"
        Action   = ["ec2:AssociateIamInstanceProfile"]
        Resource = ["*"]
        Condition = {
          StringEquals = {
            "ec2:NewInstanceProfile" = ["arn:aws:iam::${var.aws_account_id}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"]
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["iam:CreateInstanceProfile"]
        Resource = ["arn:aws:iam::${var.aws_account_id}:instance-profile/AmazonSSMRoleForInstancesMDCSetup"]
      },
      {
        Effect = "Allow"
        Action = ["iam:GetRole"]
        Resource = [
          "arn:aws:iam::${var.aws_account_id}:role/AmazonSSMRoleForInstancesMDCSetup",
          "arn:aws:iam::${var.aws_account_id}:role/AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["iam:PassRole"]
        Resource = ["arn:aws:iam::${var.aws_account_id}:role/AmazonSSMRoleForInstancesMDCSetup"]
        Condition = {
          StringEquals = {
            "iam:PassedToService" = ["ec2.amazonaws.com"]
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["iam:PassRole"]
        Resource = ["arn:aws:iam::${var.aws_account_id}:role/AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"]
        Condition = {
          StringEquals = {
            "iam:PassedToService" = ["ssm.amazonaws.com"]
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["iam:CreateRole"]
        Resource = ["arn:aws:iam::${var.aws_account_id}:role/AmazonSSMRoleForInstancesMDCSetup"]
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "arc_host_management_policy" {
  count = contains(local.roles, "arcHostManagement") ? 1 : 0
  name  = "SSMHostMgmt-CreateAndAttachRoleInlinePolicy"
  path  = "/"
  policy = jsonencode({
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
          "arn:aws:ssm:*:*:servicesetting/ssm/opsitem/ssm-patchmanager",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsitem/EC2",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/ExplorerOnboarded",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/Association",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/ComputeOptimizer",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/ConfigCompliance",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/OpsData-TrustedAdvisor",
          "arn:aws:ssm:*:*:servicesetting/ssm/opsdata/SupportCenterCase",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["iam:CreateServiceLinkedRole"]
        Resource = ["arn:aws:iam::*:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM"]
        Condition = {
          StringLike = {
            "iam:AWSServiceName" = ["ssm.amazonaws.com"]
          }
        }
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "containers_agentless_discovery_policy" {
  count = contains(local.roles, "containersAgentlessDiscovery") ? 1 : 0
  name  = "MDCContainersAgentlessDiscoveryK8sPolicy"
  path  = "/"
  policy = {
    default = jsonencode({
      Version = "2012-10-17"
      Statement = [
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
          Resource = ["arn:aws:eks:*:${var.aws_account_id}:*"]
        },
      ]
    })
    leastPrivilege = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect = "Allow"
          Action = [
            "eks:UpdateClusterConfig",
            "eks:DescribeCluster",
          ]
          Resource = ["arn:aws:eks:*:${var.aws_account_id}:*"]
        },
      ]
    })
  }[var.access_level]
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "containers_cloud_watch_to_kinesis_policy" {
  count = contains(local.roles, "containersCloudWatchToKinesis") ? 1 : 0
  name  = "SecurityCenterCloudWatchToKinesis"
  path  = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = ["firehose:*"]
        Resource = [
          "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/azuredefender-*",
          "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/ms-defender-*",
        ]
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "containers_data_collection_policy" {
  count = contains(local.roles, "containersDataCollection") ? 1 : 0
  name  = "AzureDefenderKubernetesScubaReader"
  path  = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
        ]
        Resource = [
          "arn:aws:sqs:*:${var.aws_account_id}:azuredefender-*",
          "arn:aws:sqs:*:${var.aws_account_id}:ms-defender-*",
        ]
      },
      {
        Effect = "Allow"
        Action = [
          "s3:GetObject",
          "s3:GetBucketLocation",
        ]
        Resource = [
          "arn:aws:s3:::azuredefender-*",
          "arn:aws:s3:::ms-defender-*",
        ]
        Condition = {
          StringEquals = {
            "aws:ResourceAccount" = [var.aws_account_id]
          }
        }
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "containers_k8s_policy" {
  count = contains(local.roles, "containersK8s") ? 1 : 0
  name  = "SecurityCenterKubernetesPolicy"
  path  = "/"
  policy = {
    default = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect = "Allow"
          Action = [
            "logs:PutSubscriptionFilter",
            "logs:DescribeSubscriptionFilters",
            "logs:DescribeLogGroups",
            "logs:PutRetentionPolicy",
          ]
          Resource = ["arn:aws:logs:*:${var.aws_account_id}:log-group:*:*"]
        },
        {
          Effect = "Allow"
          Action = ["firehose:*"]
          Resource = [
            "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/azuredefender-*",
            "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/ms-defender-*",
          ]
        },
        {
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:aws:iam::${var.aws_account_id}:role/azuredefender-*",
            "arn:aws:iam::${var.aws_account_id}:role/msdefender-*",
            "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-*",
            "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sCloudWatchToKinesisRole",
            "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sKinesisToS3Role",
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
          Resource = ["arn:aws:eks:*:${var.aws_account_id}:*"]
        },
        {
          Effect = "Allow"
          Action = ["sqs:*"]
          Resource = [
            "arn:aws:sqs:*:${var.aws_account_id}:azuredefender-*",
            "arn:aws:sqs:*:${var.aws_account_id}:ms-defender-*",
          ]
        },
        {
          Effect = "Allow"
          Action = ["s3:*"]
          Resource = [
            "arn:aws:s3:::azuredefender-*",
            "arn:aws:s3:::ms-defender-*",
          ]
          Condition = {
            StringEqualsIfExists = {
              "aws:ResourceAccount" = [var.aws_account_id]
            }
          }
        },
      ]
    })
    leastPrivilege = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect = "Allow"
          Action = [
            "logs:PutSubscriptionFilter",
            "logs:DescribeSubscriptionFilters",
            "logs:DescribeLogGroups",
            "logs:PutRetentionPolicy",
          ]
          Resource = ["arn:aws:logs:*:${var.aws_account_id}:log-group:*:*"]
        },
        {
          Effect = "Allow"
          Action = ["firehose:*"]
          Resource = [
            "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/azuredefender-*",
            "arn:aws:firehose:*:${var.aws_account_id}:deliverystream/ms-defender-*",
          ]
        },
        {
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sCloudWatchToKinesisRole",
            "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sKinesisToS3Role",
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
          Resource = ["arn:aws:eks:*:${var.aws_account_id}:*"]
        },
        {
          Effect = "Allow"
          Action = ["sqs:*"]
          Resource = [
            "arn:aws:sqs:*:${var.aws_account_id}:azuredefender-*",
            "arn:aws:sqs:*:${var.aws_account_id}:ms-defender-*",
          ]
        },
        {
          Effect = "Allow"
          Action = ["s3:*"]
          Resource = [
            "arn:aws:s3:::azuredefender-*",
            "arn:aws:s3:::ms-defender-*",
          ]
          Condition = {
            StringEqualsIfExists = {
              "aws:ResourceAccount" = [var.aws_account_id]
            }
          }
        },
      ]
    })
  }[var.access_level]
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "containers_kinesis_to_s3_policy" {
  count = contains(local.roles, "containersKinesisToS3") ? 1 : 0
  name  = "SecurityCenterKinesisToS3Policy"
  path  = "/"
  policy = jsonencode({
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
          "arn:aws:s3:::azuredefender-*",
          "arn:aws:s3:::ms-defender-*",
        ]
        Condition = {
          StringEquals = {
            "aws:ResourceAccount" = [var.aws_account_id]
          }
        }
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "cspm_monitor_policy" {
  name = {
    default        = "CspmMonitorAwsDenyPolicy"
    leastPrivilege = "CspmMonitorAwsPolicy"
  }[var.access_level]
  path = "/"
  policy = {
    default = jsonencode({
      Version = "2012-10-17"
      Statement = [
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
    })
    leastPrivilege = jsonencode({
      Version = "2012-10-17"
      Statement = [
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
    })
  }[var.access_level]
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "data_security_posture_db_policy" {
  count = contains(local.roles, "dataSecurityPostureDb") ? 1 : 0
  name  = "AzureSecurityCenter_DatabasesDspm"
  path  = "/"
  policy = jsonencode({
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
          "arn:aws:rds:*:${var.aws_account_id}:cluster:*",
          "arn:aws:rds:*:${var.aws_account_id}:db:*",
          "arn:aws:rds:*:${var.aws_account_id}:snapshot:*",
          "arn:aws:rds:*:${var.aws_account_id}:cluster-snapshot:*",
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
          "arn:aws:rds:*:${var.aws_account_id}:pg:*",
          "arn:aws:rds:*:${var.aws_account_id}:og:*",
          "arn:aws:rds:*:${var.aws_account_id}:cluster-pg:*",
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
          "arn:aws:rds:*:${var.aws_account_id}:snapshot:defenderfordatabases*",
          "arn:aws:rds:*:${var.aws_account_id}:cluster-snapshot:defenderfordatabases*",
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
            "kms:CallerAccount" = [var.aws_account_id]
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
          "arn:aws:kms:*:${var.aws_account_id}:alias/DefenderForDatabases*",
          "arn:aws:kms:*:${var.aws_account_id}:key/*",
        ]
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "defender_for_servers_policy" {
  count = contains(local.roles, "defenderForServers") ? 1 : 0
  name  = "MicrosoftDefenderForCloud_DefenderForServers"
  path  = "/"
  policy = jsonencode({
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
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_policy" "sensitive_data_discovery_policy" {
  count = contains(local.roles, "sensitiveDataDiscovery") ? 1 : 0
  name  = "AzureSecurityCenter_SensitiveDataDiscovery"
  path  = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = ["*"]
      },
    ]
  })
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_iam_role" "agentless_scanner" {
  count = contains(local.roles, "agentlessScanner") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Agentless machine scanning: takes, tags, copies, shares and deletes EBS snapshots and manages one KMS key for encrypted disks."
  name        = "DefenderForCloud-AgentlessScanner"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "arc_auto_provisioning" {
  count = contains(local.roles, "arcAutoProvisioning") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Installs the Azure Arc agent on EC2 instances by sending Systems Manager run commands."
  name        = "DefenderForCloud-ArcAutoProvisioning"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "arc_host_management" {
  count = contains(local.roles, "arcHostManagement") ? 1 : 0
  assume_role_policy = jsonencode({
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
            "aws:SourceAccount" = [var.aws_account_id]
          }
          ArnLike = {
            "aws:SourceArn" = ["arn:aws:ssm:*:${var.aws_account_id}:automation-execution/*"]
          }
        }
      },
    ]
  })
  description = "Automation role of Systems Manager: gives EC2 instances an instance profile through which the Arc agent is installed."
  name        = "AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_agentless_discovery" {
  count = contains(local.roles, "containersAgentlessDiscovery") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Agentless discovery of EKS clusters: reads clusters, opens the restricted public endpoint to Defender, creates access entries."
  name        = "MDCContainersAgentlessDiscoveryK8sRole"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_cloud_watch_to_kinesis" {
  count = contains(local.roles, "containersCloudWatchToKinesis") ? 1 : 0
  assume_role_policy = jsonencode({
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
            "aws:SourceAccount" = [var.aws_account_id]
          }
          ArnLike = {
            "aws:SourceArn" = ["arn:aws:logs:*:${var.aws_account_id}:*"]
          }
        }
      },
    ]
  })
  description = "Service role: CloudWatch Logs writes EKS audit logs to the Firehose streams of the pipeline."
  name        = "MDCContainersK8sCloudWatchToKinesisRole"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_data_collection" {
  count = contains(local.roles, "containersDataCollection") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          AWS = ["arn:aws:iam::197857026523:user/azuredefender-eks"]
        }
        Action = ["sts:AssumeRole"]
        Condition = {
          StringEquals = {
            "sts:ExternalId" = [one(terraform_data.data_collection_external_id[*].output)]
          }
        }
      },
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Reads EKS audit logs from the SQS queues and S3 buckets of the pipeline."
  name        = "MDCContainersK8sDataCollectionRole"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_image_assessment" {
  count = contains(local.roles, "containersImageAssessment") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Vulnerability assessment of container images in Amazon ECR and ECR Public."
  name        = "MDCContainersImageAssessmentRole"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_k8s" {
  count = contains(local.roles, "containersK8s") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Sets up the EKS audit log pipeline per cluster (log subscription, Firehose, S3, SQS) and provisions cluster components."
  name        = "MDCContainersK8sRole"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "containers_kinesis_to_s3" {
  count = contains(local.roles, "containersKinesisToS3") ? 1 : 0
  assume_role_policy = jsonencode({
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
            "sts:ExternalId" = [var.aws_account_id]
          }
          StringEqualsIfExists = {
            "aws:SourceAccount" = [var.aws_account_id]
          }
          ArnLikeIfExists = {
            "aws:SourceArn" = ["arn:aws:firehose:*:${var.aws_account_id}:deliverystream/*"]
          }
        }
      },
    ]
  })
  description = "Service role: Firehose writes EKS audit logs to the S3 buckets of the pipeline."
  name        = "MDCContainersK8sKinesisToS3Role"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "cspm_monitor" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Read access for posture management (foundational CSPM): discovers and assesses all resources of the account."
  name        = "CspmMonitorAws"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "data_security_posture_db" {
  count = contains(local.roles, "dataSecurityPostureDb") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Data security posture of RDS: copies automated snapshots for scanning, manages its own copies and KMS keys."
  name        = "DefenderForCloud-DataSecurityPostureDB"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "defender_for_servers" {
  count = contains(local.roles, "defenderForServers") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Just-in-time network access: reads and changes security groups of EC2 instances."
  name        = "DefenderForCloud-DefenderForServers"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role" "sensitive_data_discovery" {
  count = contains(local.roles, "sensitiveDataDiscovery") ? 1 : 0
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = ["arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"]
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
  })
  description = "Reads S3 objects to find sensitive data, including objects encrypted with KMS keys."
  name        = "SensitiveDataDiscovery"
  path        = "/"
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
  ]
}

resource "aws_iam_role_policy_attachment" "agentless_scanner_policy_attachment" {
  count      = contains(local.roles, "agentlessScanner") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/AzureSecurityCenter_DefenderForServers_VmScanner"
  role       = "DefenderForCloud-AgentlessScanner"
  depends_on = [
    aws_iam_role.agentless_scanner,
    aws_iam_policy.agentless_scanner_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.agentless_scanner[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "arc_auto_provisioning_policy_attachment" {
  count      = contains(local.roles, "arcAutoProvisioning") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/DefenderForCloud_ArcAutoProvisioning"
  role       = "DefenderForCloud-ArcAutoProvisioning"
  depends_on = [
    aws_iam_role.arc_auto_provisioning,
    aws_iam_policy.arc_auto_provisioning_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.arc_auto_provisioning[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "arc_host_management_policy_2_attachment" {
  count      = contains(local.roles, "arcHostManagement") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/AWS-MDCSetup-SSMHostMgmt-CreateAndAttachRoleInlinePolicy-${var.aws_region}-MDCSetup"
  role       = "AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
  depends_on = [
    aws_iam_role.arc_host_management,
    aws_iam_policy.arc_host_management_policy_2,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.arc_host_management[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "arc_host_management_policy_attachment" {
  count      = contains(local.roles, "arcHostManagement") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/SSMHostMgmt-CreateAndAttachRoleInlinePolicy"
  role       = "AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
  depends_on = [
    aws_iam_role.arc_host_management,
    aws_iam_policy.arc_host_management_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.arc_host_management[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_agentless_discovery_policy_attachment" {
  count      = contains(local.roles, "containersAgentlessDiscovery") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/MDCContainersAgentlessDiscoveryK8sPolicy"
  role       = "MDCContainersAgentlessDiscoveryK8sRole"
  depends_on = [
    aws_iam_role.containers_agentless_discovery,
    aws_iam_policy.containers_agentless_discovery_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_agentless_discovery[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_cloud_watch_to_kinesis_policy_attachment" {
  count      = contains(local.roles, "containersCloudWatchToKinesis") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/SecurityCenterCloudWatchToKinesis"
  role       = "MDCContainersK8sCloudWatchToKinesisRole"
  depends_on = [
    aws_iam_role.containers_cloud_watch_to_kinesis,
    aws_iam_policy.containers_cloud_watch_to_kinesis_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_cloud_watch_to_kinesis[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_data_collection_policy_attachment" {
  count      = contains(local.roles, "containersDataCollection") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/AzureDefenderKubernetesScubaReader"
  role       = "MDCContainersK8sDataCollectionRole"
  depends_on = [
    aws_iam_role.containers_data_collection,
    aws_iam_policy.containers_data_collection_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_data_collection[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_image_assessment_amazon_ec2_container_registry_power_user_attachment" {
  count      = contains(local.roles, "containersImageAssessment") && var.access_level == "default" ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"
  role       = "MDCContainersImageAssessmentRole"
  depends_on = [aws_iam_role.containers_image_assessment]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_image_assessment[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_image_assessment_amazon_elastic_container_registry_public_power_user_attachment" {
  count      = contains(local.roles, "containersImageAssessment") && var.access_level == "default" ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicPowerUser"
  role       = "MDCContainersImageAssessmentRole"
  depends_on = [aws_iam_role.containers_image_assessment]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_image_assessment[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_k8s_policy_attachment" {
  count      = contains(local.roles, "containersK8s") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/SecurityCenterKubernetesPolicy"
  role       = "MDCContainersK8sRole"
  depends_on = [
    aws_iam_role.containers_k8s,
    aws_iam_policy.containers_k8s_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_k8s[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_kinesis_to_s3_policy_attachment" {
  count      = contains(local.roles, "containersKinesisToS3") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/SecurityCenterKinesisToS3Policy"
  role       = "MDCContainersK8sKinesisToS3Role"
  depends_on = [
    aws_iam_role.containers_kinesis_to_s3,
    aws_iam_policy.containers_kinesis_to_s3_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_kinesis_to_s3[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "cspm_monitor_read_only_access_attachment" {
  count      = var.access_level == "default" ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  role       = "CspmMonitorAws"
  depends_on = [aws_iam_role.cspm_monitor]

  lifecycle {
    replace_triggered_by = [aws_iam_role.cspm_monitor.unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "cspm_monitor_policy_attachment" {
  policy_arn = {
    default        = "arn:aws:iam::${var.aws_account_id}:policy/CspmMonitorAwsDenyPolicy"
    leastPrivilege = "arn:aws:iam::${var.aws_account_id}:policy/CspmMonitorAwsPolicy"
  }[var.access_level]
  role = "CspmMonitorAws"
  depends_on = [
    aws_iam_role.cspm_monitor,
    aws_iam_policy.cspm_monitor_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.cspm_monitor.unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "data_security_posture_db_policy_attachment" {
  count      = contains(local.roles, "dataSecurityPostureDb") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/AzureSecurityCenter_DatabasesDspm"
  role       = "DefenderForCloud-DataSecurityPostureDB"
  depends_on = [
    aws_iam_role.data_security_posture_db,
    aws_iam_policy.data_security_posture_db_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.data_security_posture_db[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "defender_for_servers_policy_attachment" {
  count      = contains(local.roles, "defenderForServers") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/MicrosoftDefenderForCloud_DefenderForServers"
  role       = "DefenderForCloud-DefenderForServers"
  depends_on = [
    aws_iam_role.defender_for_servers,
    aws_iam_policy.defender_for_servers_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.defender_for_servers[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "sensitive_data_discovery_amazon_s3_read_only_access_attachment" {
  count      = contains(local.roles, "sensitiveDataDiscovery") ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
  role       = "SensitiveDataDiscovery"
  depends_on = [aws_iam_role.sensitive_data_discovery]

  lifecycle {
    replace_triggered_by = [aws_iam_role.sensitive_data_discovery[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "sensitive_data_discovery_policy_attachment" {
  count      = contains(local.roles, "sensitiveDataDiscovery") ? 1 : 0
  policy_arn = "arn:aws:iam::${var.aws_account_id}:policy/AzureSecurityCenter_SensitiveDataDiscovery"
  role       = "SensitiveDataDiscovery"
  depends_on = [
    aws_iam_role.sensitive_data_discovery,
    aws_iam_policy.sensitive_data_discovery_policy,
  ]

  lifecycle {
    replace_triggered_by = [aws_iam_role.sensitive_data_discovery[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_image_assessment_amazon_ec2_container_registry_read_only_attachment" {
  count      = contains(local.roles, "containersImageAssessment") && var.access_level == "leastPrivilege" ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
  role       = "MDCContainersImageAssessmentRole"
  depends_on = [aws_iam_role.containers_image_assessment]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_image_assessment[0].unique_id]
  }
}

resource "aws_iam_role_policy_attachment" "containers_image_assessment_amazon_elastic_container_registry_public_read_only_attachment" {
  count      = contains(local.roles, "containersImageAssessment") && var.access_level == "leastPrivilege" ? 1 : 0
  policy_arn = "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"
  role       = "MDCContainersImageAssessmentRole"
  depends_on = [aws_iam_role.containers_image_assessment]

  lifecycle {
    replace_triggered_by = [aws_iam_role.containers_image_assessment[0].unique_id]
  }
}

resource "aws_ssm_association" "arc_automation_attach_association" {
  count                            = contains(local.roles, "arcHostManagement") ? 1 : 0
  association_name                 = "AWS-MDCSetup-SSMHostMgmt-AttachIAMToInstance-MDCSetup"
  automation_target_parameter_name = "InstanceId"
  name                             = "DefenderForCloud-CreateAndAttachIAMToInstance-MDCSetup"
  parameters = {
    AutomationAssumeRole  = "arn:aws:iam::${var.aws_account_id}:role/AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
    IsPolicyAttachAllowed = "true"
  }
  schedule_expression = "rate(30 days)"
  depends_on          = [aws_ssm_document.arc_automation_attach_document]

  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}

resource "aws_ssm_document" "arc_automation_attach_document" {
  count = contains(local.roles, "arcHostManagement") ? 1 : 0
  content = jsonencode({
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
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "{{ getRoleOfInstanceProfile.RoleName }}"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        }
        nextStep = "attachAmazonSSMPatchAssociationToExistingRole"
      },
      {
        name   = "attachAmazonSSMPatchAssociationToExistingRole"
        action = "aws:executeAwsApi"
        inputs = {
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "{{ getRoleOfInstanceProfile.RoleName }}"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMPatchAssociation"
        }
        isEnd = true
      },
      {
        name      = "createRoleIfMissing"
        action    = "aws:executeAwsApi"
        onFailure = "Continue"
        inputs = {
          Service                  = "iam"
          Api                      = "CreateRole"
          RoleName                 = "AmazonSSMRoleForInstancesMDCSetup"
          Path                     = "/"
          Description              = "Lets Systems Manager reach EC2 instances, for Microsoft Defender for Cloud"
          AssumeRolePolicyDocument = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ec2.amazonaws.com\"]},\"Action\":[\"sts:AssumeRole\"],\"Condition\":{\"StringEqualsIfExists\":{\"aws:SourceAccount\":[\"${var.aws_account_id}\"]}}}]}"
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
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "AmazonSSMRoleForInstancesMDCSetup"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        }
        nextStep = "attachAmazonSSMPatchAssociationToOwnRole"
      },
      {
        name   = "attachAmazonSSMPatchAssociationToOwnRole"
        action = "aws:executeAwsApi"
        inputs = {
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "AmazonSSMRoleForInstancesMDCSetup"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMPatchAssociation"
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
  })
  document_format = "JSON"
  document_type   = "Automation"
  name            = "DefenderForCloud-CreateAndAttachIAMToInstance-MDCSetup"
  target_type     = "/AWS::EC2::Instance"
  depends_on = [
    aws_iam_role_policy_attachment.arc_host_management_policy_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_2_attachment,
  ]
}

resource "aws_ssm_document" "arc_automation_update_document" {
  count = contains(local.roles, "arcHostManagement") ? 1 : 0
  content = jsonencode({
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
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "{{ getRoleOfInstanceProfile.RoleName }}"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        }
        nextStep = "attachAmazonSSMPatchAssociationToExistingRole"
      },
      {
        name   = "attachAmazonSSMPatchAssociationToExistingRole"
        action = "aws:executeAwsApi"
        inputs = {
          Service   = "iam"
          Api       = "AttachRolePolicy"
          RoleName  = "{{ getRoleOfInstanceProfile.RoleName }}"
          PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMPatchAssociation"
        }
        isEnd = true
      },
    ]
  })
  document_format = "JSON"
  document_type   = "Automation"
  name            = "DefenderForCloud-UpdateExistingInstanceProfile-MDCSetup"
  target_type     = "/AWS::EC2::Instance"
  depends_on = [
    aws_iam_role_policy_attachment.arc_host_management_policy_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_2_attachment,
  ]
}

resource "azapi_resource" "connector" {
  body = {
    properties = {
      environmentData = {
        environmentType = "AwsAccount"
        regions         = []
      }
      environmentName     = "AWS"
      hierarchyIdentifier = var.aws_account_id
      offerings           = local.offerings
    }
  }
  ignore_missing_property = false
  list_unique_id_property = {
    "properties.offerings" = "offeringType"
  }
  location               = var.location
  name                   = var.connector_name
  parent_id              = "/subscriptions/${var.azure_subscription_id}/resourceGroups/${var.resource_group_name}"
  replace_triggers_refs  = ["properties.hierarchyIdentifier"]
  response_export_values = ["properties.hierarchyIdentifierTrialEndDate"]
  retry = {
    error_message_regex = [
      "Identity provider is missing",
      "IAM role\\(s\\) do not exist",
    ]
  }
  schema_validation_enabled = true
  tags                      = {}
  type                      = "Microsoft.Security/securityConnectors@2024-08-01-preview"
  depends_on                = [time_sleep.iam_propagation]

  timeouts {
    create = "15m"
    update = "15m"
  }
}

resource "terraform_data" "data_collection_external_id" {
  count = contains(local.roles, "containersDataCollection") ? 1 : 0
  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "identity_provider_mode_at_first_apply" {
  input = var.identity_provider_mode

  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "found_first_names" {
  input = {
    agentlessScanner              = "DefenderForCloud-AgentlessScanner"
    arcAutoProvisioning           = "DefenderForCloud-ArcAutoProvisioning"
    arcHostManagement             = "AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
    containersAgentlessDiscovery  = "MDCContainersAgentlessDiscoveryK8sRole"
    containersCloudWatchToKinesis = "MDCContainersK8sCloudWatchToKinesisRole"
    containersDataCollection      = "MDCContainersK8sDataCollectionRole"
    containersImageAssessment     = "MDCContainersImageAssessmentRole"
    containersK8s                 = "MDCContainersK8sRole"
    containersKinesisToS3         = "MDCContainersK8sKinesisToS3Role"
    cspmMonitor                   = "CspmMonitorAws"
    dataSecurityPostureDb         = "DefenderForCloud-DataSecurityPostureDB"
    defenderForServers            = "DefenderForCloud-DefenderForServers"
    sensitiveDataDiscovery        = "SensitiveDataDiscovery"
  }
  triggers_replace = "cspmMonitor agentlessScanner sensitiveDataDiscovery dataSecurityPostureDb containersAgentlessDiscovery containersImageAssessment defenderForServers arcAutoProvisioning arcHostManagement containersK8s containersDataCollection containersCloudWatchToKinesis containersKinesisToS3"

  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "found_when_first_planned" {
  for_each = {
    for key, role in {
      agentlessScanner = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-AgentlessScanner"
        name    = "DefenderForCloud-AgentlessScanner"
      }
      arcAutoProvisioning = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-ArcAutoProvisioning"
        name    = "DefenderForCloud-ArcAutoProvisioning"
      }
      arcHostManagement = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
        name    = "AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
      }
      containersAgentlessDiscovery = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersAgentlessDiscoveryK8sRole"
        name    = "MDCContainersAgentlessDiscoveryK8sRole"
      }
      containersCloudWatchToKinesis = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sCloudWatchToKinesisRole"
        name    = "MDCContainersK8sCloudWatchToKinesisRole"
      }
      containersDataCollection = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sDataCollectionRole"
        name    = "MDCContainersK8sDataCollectionRole"
      }
      containersImageAssessment = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersImageAssessmentRole"
        name    = "MDCContainersImageAssessmentRole"
      }
      containersK8s = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sRole"
        name    = "MDCContainersK8sRole"
      }
      containersKinesisToS3 = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sKinesisToS3Role"
        name    = "MDCContainersK8sKinesisToS3Role"
      }
      cspmMonitor = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/CspmMonitorAws"
        name    = "CspmMonitorAws"
      }
      dataSecurityPostureDb = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-DataSecurityPostureDB"
        name    = "DefenderForCloud-DataSecurityPostureDB"
      }
      defenderForServers = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-DefenderForServers"
        name    = "DefenderForCloud-DefenderForServers"
      }
      sensitiveDataDiscovery = {
        adopted = false
        arn     = "arn:aws:iam::${var.aws_account_id}:role/SensitiveDataDiscovery"
        name    = "SensitiveDataDiscovery"
      }
    } : key => role if contains(local.roles, key)
  }
  input            = each.value.adopted && !(lower(terraform_data.found_first_names.input[each.key]) != lower(each.value.name)) && contains(data.aws_iam_roles.found_names.arns, each.value.arn) ? "adopted" : contains([for arn in data.aws_iam_roles.found_names.arns : lower(reverse(split("/", arn))[0])], lower(each.value.name)) ? "exists" : "free"
  triggers_replace = lower(each.value.name)

  lifecycle {
    ignore_changes = [input]
  }
}

resource "time_sleep" "iam_propagation" {
  create_duration = "30s"
  triggers = {
    roles     = join(" ", [for role in local.roles : local.role_arns[role]])
    audiences = join(" ", local.audiences)
    tenant    = var.entra_tenant_id
  }
  depends_on = [
    aws_iam_openid_connect_provider.identity_provider,
    aws_iam_role_policy_attachment.cspm_monitor_read_only_access_attachment,
    aws_iam_role_policy_attachment.cspm_monitor_policy_attachment,
    aws_iam_role_policy_attachment.agentless_scanner_policy_attachment,
    aws_iam_role_policy_attachment.sensitive_data_discovery_amazon_s3_read_only_access_attachment,
    aws_iam_role_policy_attachment.sensitive_data_discovery_policy_attachment,
    aws_iam_role_policy_attachment.data_security_posture_db_policy_attachment,
    aws_iam_role_policy_attachment.containers_agentless_discovery_policy_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_ec2_container_registry_power_user_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_elastic_container_registry_public_power_user_attachment,
    aws_iam_role_policy_attachment.defender_for_servers_policy_attachment,
    aws_iam_role_policy_attachment.arc_auto_provisioning_policy_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_2_attachment,
    aws_iam_role_policy_attachment.containers_k8s_policy_attachment,
    aws_iam_role_policy_attachment.containers_data_collection_policy_attachment,
    aws_iam_role_policy_attachment.containers_cloud_watch_to_kinesis_policy_attachment,
    aws_iam_role_policy_attachment.containers_kinesis_to_s3_policy_attachment,
    aws_ssm_document.arc_automation_attach_document,
    aws_ssm_document.arc_automation_update_document,
    aws_ssm_association.arc_automation_attach_association,
    data.aws_iam_openid_connect_provider.identity_provider_existing_or_else_use_mode_create,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_ec2_container_registry_read_only_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_elastic_container_registry_public_read_only_attachment,
  ]
}

data "aws_caller_identity" "account_guard" {
  lifecycle {
    postcondition {
      condition     = self.account_id == var.aws_account_id
      error_message = "The AWS credentials belong to account ${self.account_id}, but the configuration is for account ${var.aws_account_id}: use credentials of ${var.aws_account_id}, or correct the declared account."
    }

    postcondition {
      condition     = startswith(self.arn, "arn:aws:")
      error_message = "The AWS credentials belong to another partition (${self.arn}) than the declared one, aws."
    }
  }
}

data "aws_caller_identity" "found_guard" {
  lifecycle {
    precondition {
      condition     = length([for role in terraform_data.found_when_first_planned : role.triggers_replace if role.input == "exists"]) == 0
      error_message = "The account has IAM roles of the names that are declared, and this state does not hold them under these names:\n${join("\n", sort([for arn in data.aws_iam_roles.found_names.arns : arn if contains([for role in terraform_data.found_when_first_planned : role.triggers_replace if role.input == "exists"], lower(reverse(split("/", arn))[0]))]))}\nNothing has been changed. Delete them, or take them over with an exported root (export --config, with roles.all.adoptExisting in the file). A name that another role of this state gives up is free only after an apply. See docs/adoption.md."
    }

    precondition {
      condition     = terraform_data.identity_provider_mode_at_first_apply.input == var.identity_provider_mode
      error_message = "identity_provider_mode: \"${var.identity_provider_mode}\" is not allowed; this state was made with \"${terraform_data.identity_provider_mode_at_first_apply.input}\", and another mode would destroy the identity provider or create it twice. Keep the mode."
    }
  }
}

data "aws_iam_openid_connect_provider" "identity_provider_used_by_sentinel_so_use_mode_verify" {
  for_each = var.identity_provider_mode == "create" ? toset([for role in data.aws_iam_role.identity_provider_sentinel_roles : role.name if strcontains(role.assume_role_policy, "oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/")]) : toset([])
  url      = "https://used-by-microsoft-sentinel.invalid/"
}

data "aws_iam_openid_connect_provider" "identity_provider_existing_or_else_use_mode_create" {
  count = var.identity_provider_mode == "verify" ? 1 : 0
  url   = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"

  lifecycle {
    postcondition {
      condition     = self.arn == join("", ["arn:aws:iam::", var.aws_account_id, ":oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"])
      error_message = "Found the identity provider ${self.arn} instead of arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/: it must be the provider of tenant 33e01921-4d64-4f8c-a055-5bdaffd5e33d, whose URL ends with a slash, in the declared account."
    }

    postcondition {
      condition     = length(setsubtract(local.audiences, self.client_id_list)) == 0
      error_message = "The identity provider arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/ lacks audiences that the selected plans need. Add each of them, or have its owner do so:\n${join("\n", [for audience in setsubtract(local.audiences, self.client_id_list) : format("aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn %s --client-id %s", self.arn, audience)])}"
    }
  }
}

data "aws_iam_role" "identity_provider_sentinel_roles" {
  for_each = toset(tolist(data.aws_iam_roles.identity_provider_sentinel_role_names.names))
  name     = each.value
}

data "aws_iam_roles" "identity_provider_sentinel_role_names" {
  name_regex = "^OIDC_"
}

data "aws_iam_roles" "found_names" {
  name_regex = "(?i)^(CspmMonitorAws|DefenderForCloud-AgentlessScanner|SensitiveDataDiscovery|DefenderForCloud-DataSecurityPostureDB|MDCContainersAgentlessDiscoveryK8sRole|MDCContainersImageAssessmentRole|DefenderForCloud-DefenderForServers|DefenderForCloud-ArcAutoProvisioning|AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup|MDCContainersK8sRole|MDCContainersK8sDataCollectionRole|MDCContainersK8sCloudWatchToKinesisRole|MDCContainersK8sKinesisToS3Role)$"
}

data "azapi_resource" "connector_subscription" {
  resource_id            = "/subscriptions/${var.azure_subscription_id}"
  response_export_values = ["tenantId"]
  type                   = "Microsoft.Resources/subscriptions@2022-12-01"

  lifecycle {
    postcondition {
      condition     = lower(self.output.tenantId) == lower(var.entra_tenant_id)
      error_message = "Subscription ${var.azure_subscription_id} belongs to the Entra tenant ${self.output.tenantId}, but the configuration is for tenant ${var.entra_tenant_id}: Defender's session names carry the subscription's own tenant, so no role would let it in. Declare ${self.output.tenantId}, or a subscription of ${var.entra_tenant_id}."
    }
  }
}
