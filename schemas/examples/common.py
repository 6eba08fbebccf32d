"""The type of an example, and the IDs that several examples have."""

Example = dict[str, object]
PROFILE_ID = "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"
MERGED_ID = "3c1d2e3f0f8c2a51b7e94d6c8e3f5a7b"
MERGE_ID = "9d0e5b8f1c3a7e422f0d3c1e6a0b4c7a"
CONTACT_ID = "5a1b7c9e-2d4f-4a6b-8c0d-1e3f5a7b9c2d"
DUPLICATE_ID = "7d1e4b9a0c2f4835b6a8e1f3c5d7092b"
REQUEST_ID = "6f1c2b7de6b34a40a2f4f0c3c1b8a9d2"
