"""Page images in parts, by the IIIF Image API 3.0, for our viewer and those of others."""
